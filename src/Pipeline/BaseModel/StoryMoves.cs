using static Cppo.Pipeline.BaseModel.Calculation;

namespace Cppo.Pipeline.BaseModel;

/// <summary>The kinds of sentences of stories, each with its right reading and a misreading.</summary>
internal static class StoryMoves
{
    private static readonly Kind[] Kinds =
    [
        new(5, 0.05, Gain),
        new(5, 0.05, Loss),
        new(3, 0.25, Times),
        new(3, 0.30, Half),
        new(3, 0.40, Part),
        new(3, 0.35, Boxes),
        new(3, 0.45, Daily),
        new(2, 0.40, Dozen),
        new(2, 0.90, AllBut),
        new(2, 0.60, Fewer),
        new(2, 0.85, More),
        new(2, 0.88, Shared),
        new(2, 0.35, Back),
        new(2, 0.80, Pairs),
    ];

    /// <summary>A sentence that can follow where a story has a number of things; none is left at 0.</summary>
    public static StoryMove Draw(Draws draws, StoryPeople who, int value)
    {
        while (true)
        {
            var kind = draws.Of([.. Kinds.Select(kind => (kind, kind.Weight))]);
            if (kind.Tell(draws, who, value) is { } move && move.Right(value) is { Value: > 0 })
            {
                return move with { SlipShare = kind.SlipShare };
            }
        }
    }

    private static StoryMove? Gain(Draws draws, StoryPeople who, int value)
    {
        int n = draws.Between(2, 60);
        string text = draws.Of([
            $"{who.Subject} buys {n} more.",
            $"{who.Subject} finds {n} more.",
            $"{who.Friend} gives {who.Object} {n}.",
        ]);
        return new StoryMove(text, v => Add(v, n), v => Subtract(v, n));
    }

    private static StoryMove? Loss(Draws draws, StoryPeople who, int value)
    {
        int n = draws.Between(2, 60);
        string text = draws.Of([
            $"{who.Subject} loses {n}.",
            $"{who.Subject} sells {n} of them.",
            $"{who.Subject} gives {n} to {who.Friend}.",
        ]);
        return new StoryMove(text, v => Subtract(v, n), v => Add(v, n));
    }

    private static StoryMove? Times(Draws draws, StoryPeople who, int value)
    {
        int k = draws.Between(2, 5);
        return new StoryMove($"Later {who.Subject.ToLowerInvariant()} has {k} times as many.", v => Multiply(v, k), v => Add(v, k));
    }

    private static StoryMove? Half(Draws draws, StoryPeople who, int value) =>
        new(
            draws.Of([$"{who.Subject} gives half of them to {who.Friend}.", $"{who.Subject} sells half of them."]),
            v => Divide(v, 2),
            v => Subtract(v, 2)
        );

    private static StoryMove? Part(Draws draws, StoryPeople who, int value)
    {
        var (name, k) = draws.Of([("third", 3), ("quarter", 4), ("fifth", 5)]);
        return new StoryMove(
            draws.Of([$"{who.Subject} loses a {name} of them.", $"{who.Subject} eats a {name} of them."]),
            v => Divide(v, k)?.Then(lost => Subtract(v, lost)),
            v => Divide(v, k)
        );
    }

    private static StoryMove? Boxes(Draws draws, StoryPeople who, int value)
    {
        int k = draws.Between(2, 6),
            each = draws.Between(3, 12);
        string text = draws.Of([$"{who.Subject} buys {k} boxes of {each}.", $"{who.Subject} gets {k} bags with {each} in each."]);
        return new StoryMove(text, v => Multiply(k, each)?.Then(all => Add(v, all)), v => Add(v, each));
    }

    private static StoryMove? Daily(Draws draws, StoryPeople who, int value)
    {
        int each = draws.Between(3, 12),
            days = draws.Between(2, 6);
        return new StoryMove(
            $"{who.Subject} sells {each} a day for {days} days.",
            v => Multiply(each, days)?.Then(all => Subtract(v, all)),
            v => Subtract(v, each)
        );
    }

    private static StoryMove? Dozen(Draws draws, StoryPeople who, int value)
    {
        int k = draws.Between(2, 5);
        return new StoryMove(
            $"{who.Subject} buys {k} dozen more.",
            v => Multiply(k, 12)?.Then(all => Add(v, all)),
            v => Multiply(k, 10)?.Then(all => Add(v, all))
        );
    }

    private static StoryMove? AllBut(Draws draws, StoryPeople who, int value)
    {
        int n = draws.Between(2, 60);
        string text = draws.Of([$"{who.Subject} sells all but {n}.", $"{who.Subject} loses all but {n}."]);
        return new StoryMove(text, v => Subtract(v, n)?.Then(gone => Subtract(v, gone)), v => Subtract(v, n));
    }

    private static StoryMove? Fewer(Draws draws, StoryPeople who, int value)
    {
        int n = draws.Between(2, 20);
        return new StoryMove(
            $"{who.Friend} has {n} fewer and gives all to {who.Object}.",
            v => Subtract(v, n)?.Then(others => Add(v, others)),
            v => Add(v, n)
        );
    }

    private static StoryMove? More(Draws draws, StoryPeople who, int value)
    {
        int n = draws.Between(2, 20);
        return new StoryMove(
            $"{who.Friend} has {n} more and gives all to {who.Object}.",
            v => Add(v, n)?.Then(others => Add(v, others)),
            v => Add(v, n)
        );
    }

    private static StoryMove? Shared(Draws draws, StoryPeople who, int value)
    {
        int[] friends = [.. Enumerable.Range(2, 3).Where(k => value % (k * (k + 1)) == 0)];
        if (friends.Length == 0)
        {
            return null;
        }

        int k = draws.Of(friends);
        return new StoryMove(
            $"{who.Subject} shares them equally with {k} friends.",
            v => Add(k, 1)?.Then(shares => Divide(v, shares)),
            v => Divide(v, k)
        );
    }

    private static StoryMove? Back(Draws draws, StoryPeople who, int value)
    {
        int n = draws.Between(10, 60),
            back = draws.Between(2, n - 2);
        return new StoryMove(
            $"{who.Friend} takes {n} and gives {back} back.",
            v => Subtract(v, n)?.Then(left => Add(left, back)),
            v => Subtract(v, n)
        );
    }

    private static StoryMove? Pairs(Draws draws, StoryPeople who, int value)
    {
        int n = draws.Between(3, 30);
        string text = draws.Of([$"{who.Subject} buys {n} pairs.", $"{who.Friend} gives {who.Object} {n} pairs."]);
        return new StoryMove(text, v => Multiply(n, 2)?.Then(all => Add(v, all)), v => Add(v, n));
    }

    private sealed record Kind(double Weight, double SlipShare, Func<Draws, StoryPeople, int, StoryMove?> Tell);
}
