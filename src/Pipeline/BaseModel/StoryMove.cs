namespace Cppo.Pipeline.BaseModel;

/// <summary>Whom and what a story is about.</summary>
internal sealed record StoryPeople(string Name, string Subject, string Object, string Friend, string Things);

/// <summary>
/// A sentence that changes the number of things, from that number to a calculation; null where the sentence cannot be said of it.
/// </summary>
/// <param name="Text">The sentence.</param>
/// <param name="Right">What it means.</param>
/// <param name="Misread">What somebody makes of it who misreads it.</param>
internal sealed record StoryMove(string Text, Func<int, Calculation?> Right, Func<int, Calculation?> Misread)
{
    /// <summary>How often the base model's examples misread it, 0 to 1.</summary>
    public double SlipShare { get; init; }
}
