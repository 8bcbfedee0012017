namespace Cppo.Pipeline.BaseModel;

/// <summary>
/// Makes word problems of one to six lines of calculation, with numbers to <see cref="Calculation.MaxValue"/>. A problem is a pure
/// function of seed and key.
/// </summary>
internal static class StoryGenerator
{
    /// <summary>The most lines of a solution.</summary>
    public const int MaxSteps = 6;

    private static readonly (int Steps, double Weight)[] StepShares = [(1, 1), (2, 2), (3, 2), (4, 2), (5, 1.5), (6, 1.5)];
    private static readonly (Closing Closing, double Weight)[] ClosingShares =
    [
        (Closing.HowMany, 0.45),
        (Closing.WorkOut, 0.25),
        (Closing.Find, 0.15),
        (Closing.Count, 0.15),
    ];

    /// <summary>The problem of a key.</summary>
    public static Problem Create(ulong seed, long key)
    {
        var draws = new Draws(seed, key);
        int numSteps = draws.Of(StepShares);
        var closing = draws.Of(ClosingShares);
        var (name, subject, another) = draws.Of(Cast.People);
        string friend = draws.Of([.. Cast.People.Where(other => other.Name != name)]).Name;
        var who = new StoryPeople(name, subject, another, friend, draws.Of(Cast.Things));

        var (text, start) = Begin(draws, who);
        var now = start;
        List<StoryMove> moves = [];
        while (now.Lines.Length < numSteps)
        {
            var move = StoryMoves.Draw(draws, who, now.Value);
            if (now.Then(move.Right) is { } next && next.Lines.Length <= numSteps)
            {
                (now, text) = (next, $"{text} {move.Text}");
                moves.Add(move);
            }
        }

        return new Problem(
            $"{text} {Close(closing, who)}",
            Working(now),
            (int)closing,
            attempt => Working(Attempt(start, [.. moves], attempt))
        );
    }

    private static Working Working(Calculation done) =>
        new(done.Lines, done.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static (string Text, Calculation Start) Begin(Draws draws, StoryPeople who)
    {
        double kind = draws.Share();
        if (kind < 0.70)
        {
            int value = draws.Between(5, 99);
            string text = draws.Of([$"{who.Name} has {value} {who.Things}.", $"{who.Name} starts with {value} {who.Things}."]);
            return (text, new Calculation(value, []));
        }

        if (kind < 0.85)
        {
            int red = draws.Between(5, 60),
                blue = draws.Between(5, 60);
            return ($"{who.Name} has {red} red and {blue} blue {who.Things}.", Calculation.Add(red, blue)!);
        }

        int boxes = draws.Between(2, 9),
            each = draws.Between(3, 12);
        return ($"{who.Name} has {boxes} boxes with {each} {who.Things} in each.", Calculation.Multiply(boxes, each)!);
    }

    private static string Close(Closing closing, StoryPeople who) =>
        closing switch
        {
            Closing.HowMany => $"How many {who.Things} does {who.Name} have now?",
            Closing.WorkOut => $"Work out how many {who.Things} {who.Name} has now.",
            Closing.Find => $"Find the number of {who.Things}.",
            _ => $"Count the {who.Things}.",
        };

    /// <summary>Misreads each sentence by its share, where the rest of the story can still be told from there.</summary>
    private static Calculation Attempt(Calculation start, StoryMove[] moves, Draws draws)
    {
        var now = start;
        for (int i = 0; i < moves.Length; i++)
        {
            bool slips = draws.Share() < moves[i].SlipShare;
            if (slips && now.Then(moves[i].Misread) is { } wrong && Finish(wrong, moves[(i + 1)..]) is not null)
            {
                now = wrong;
            }
            else
            {
                now = now.Then(moves[i].Right)!;
            }
        }

        return now;
    }

    private static Calculation? Finish(Calculation from, StoryMove[] moves) =>
        moves.Aggregate((Calculation?)from, (now, move) => now?.Then(move.Right));
}
