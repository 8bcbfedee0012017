namespace Cppo.Pipeline.BaseModel;

/// <summary>A calculation on paper: its lines and what comes out.</summary>
/// <param name="Lines">A line a step: <c>12+7=19</c>.</param>
/// <param name="Answer">As a dataset states it: <c>19</c>, <c>\frac{3}{4}</c>.</param>
internal sealed record Working(string[] Lines, string Answer);

/// <summary>A question with its solution.</summary>
/// <param name="Text">The question.</param>
/// <param name="Right">The solution; its answer is the gold answer.</param>
/// <param name="Manner">
/// How it asks; the base model has picked up other habits of answering for each. An index into <see cref="QuestionTask.Everyday"/>.
/// </param>
/// <param name="Attempt">A working as of somebody who has not understood everything: the solution, or one with slips.</param>
internal sealed record Problem(string Text, Working Right, int Manner, Func<Draws, Working> Attempt)
{
    /// <summary>A problem in which nobody slips.</summary>
    public Problem(string text, Working right, int manner)
        : this(text, right, manner, _ => right) { }
}
