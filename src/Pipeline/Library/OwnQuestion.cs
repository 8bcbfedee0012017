namespace Cppo.Pipeline.Library;

/// <summary>A question that the program holds itself, where others are rows of a dataset.</summary>
/// <param name="Text">What is asked, without the prompt's template; not blank.</param>
/// <param name="Answer">
/// The gold answer. Blank where the rewards need none: an accuracy reward drops such a question from training, with a reason and counted.
/// </param>
public sealed record OwnQuestion(string Text, string Answer)
{
    /// <summary>Unique among the questions of its list, in completions and messages; null: <c>memory:</c> and its place, from 1.</summary>
    public string? Id { get; init; }
}
