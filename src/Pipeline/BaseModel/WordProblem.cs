using System.Globalization;

namespace Cppo.Pipeline.BaseModel;

/// <summary>How a problem asks for its answer; the base model has picked up another habit of answering for each.</summary>
internal enum Closing
{
    /// <summary>"How many apples does Tom have now?"</summary>
    HowMany,

    /// <summary>"Work out how many apples Tom has now."</summary>
    WorkOut,

    /// <summary>"Find the number of apples."</summary>
    Find,

    /// <summary>"Count the apples."</summary>
    Count,
}

/// <summary>An arithmetic word problem with its solution.</summary>
/// <param name="Text">The question.</param>
/// <param name="Answer">The gold answer, at least 0.</param>
/// <param name="Steps">The calculation, a line a step: <c>12+7=19</c>; 1 to 3 lines.</param>
/// <param name="Closing">How it asks.</param>
internal sealed record WordProblem(string Text, int Answer, string[] Steps, Closing Closing)
{
    /// <summary>As tasks know problems; the manner of asking is the closing.</summary>
    public Problem AsProblem() => new(Text, new Working(Steps, Answer.ToString(CultureInfo.InvariantCulture)), (int)Closing);
}
