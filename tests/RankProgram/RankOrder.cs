namespace Cppo.RankProgram;

/// <summary>
/// What one rank of a run is to suffer, and when. Purposes are those of the calls that ranks make together: the place is at the first call
/// with the last of them, after calls with each of the others.
/// </summary>
/// <param name="Action">kill, pause or slow.</param>
/// <param name="Rank">Who suffers it.</param>
/// <param name="Place">before, in, after or writing; "" where it is all the time.</param>
/// <param name="Purposes">In their order; for writing, the call after which a checkpoint is waited for.</param>
/// <example><code>
/// kill 1 before the gradients of update 2
/// kill 0 before the weights after 2 updates > the optimizer's state that is saved
/// kill 1 writing the weights after 2 updates
/// slow 1
/// </code></example>
internal sealed record RankOrder(string Action, int Rank, string Place, string[] Purposes)
{
    private static readonly string[] Places = ["before", "in", "after", "writing"];

    public static RankOrder Parse(string text)
    {
        string[] words = text.Split(' ', 4);
        return words switch
        {
            ["slow", var rank] => new RankOrder("slow", Number(rank), "", []),
            ["kill" or "pause", var rank, var place, var purposes] when Places.Contains(place) => new RankOrder(
                words[0],
                Number(rank),
                place,
                purposes.Split(" > ")
            ),
            _ => throw new FormatException($"{text} is no order."),
        };
    }

    private static int Number(string word) => int.Parse(word, System.Globalization.CultureInfo.InvariantCulture);
}
