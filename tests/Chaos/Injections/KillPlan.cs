using System.Globalization;
using Cppo.Chaos.Children;
using Cppo.Chaos.Runs;

namespace Cppo.Chaos.Injections;

/// <summary>Which kills there are, by a seed.</summary>
internal sealed class KillPlan(TestBed bed, int seed)
{
    private const int MomentsOfVariant = 9;
    private const int ChangesOfVariant = 4;

    private static readonly int[] Signals = [Unix.Kill, Unix.Terminate, Unix.Interrupt];

    /// <summary>
    /// Before every change of a run, before those changes of runs that go on from a stopped and from a damaged one that it does not make,
    /// before some of each other variant, and at random moments of every variant.
    /// </summary>
    /// <param name="isEvery">Before every change of all of them.</param>
    public async Task<IReadOnlyList<Injection>> WholeAsync(bool isEvery)
    {
        var (first, random) = (Variant.All[0], new Random(seed));
        var whole = await bed.WholeAsync(first);
        var kills = new List<Injection>(whole.Changes.Select(change => BeforeOne(Ground.Nothing, first, change)));
        var known = whole.Changes.Select(Shape).ToHashSet();
        foreach (var (ground, variant) in Resumed)
        {
            var changes = await bed.ResumedChangesAsync(ground, variant);
            kills.AddRange(
                changes.Where(change => known.Add(Shape(change)) || isEvery).Select(change => BeforeOne(ground, variant, change))
            );
        }

        foreach (var variant in Variant.All)
        {
            if (variant != first)
            {
                var changes = Shuffled((await bed.WholeAsync(variant)).Changes, random);
                kills.AddRange(
                    changes.Take(isEvery ? int.MaxValue : ChangesOfVariant).Select(change => BeforeOne(Ground.Nothing, variant, change))
                );
            }

            kills.AddRange(Enumerable.Range(1, MomentsOfVariant).Select(number => AtMoment(variant, number, random)));
        }

        return kills;
    }

    /// <summary>25 of them: one before a change of each kind and of each ground, some others, and nine at random moments.</summary>
    public async Task<IReadOnlyList<Injection>> SomeAsync()
    {
        var (first, last, random) = (Variant.All[0], Variant.All[^1], new Random(seed));
        var changes = Shuffled((await bed.WholeAsync(first)).Changes, random);
        ChangeName[] ofEachKind = [.. changes.DistinctBy(change => change.Kind)];
        var kills = new List<Injection>(
            ofEachKind.Concat(changes.Except(ofEachKind)).Take(10).Select(change => BeforeOne(Ground.Nothing, first, change))
        );
        foreach (var (ground, variant) in Resumed)
        {
            var resumed = Shuffled(await bed.ResumedChangesAsync(ground, variant), random);
            kills.AddRange(resumed.Take(3).Select(change => BeforeOne(ground, variant, change)));
        }

        kills.AddRange(Enumerable.Range(1, 9).Select(number => AtMoment(number % 2 == 0 ? last : first, number, random)));
        return kills;
    }

    /// <summary>In an order that the seed gives, not the threads of the traced run.</summary>
    private static ChangeName[] Shuffled(IEnumerable<ChangeName> changes, Random random)
    {
        ChangeName[] shuffled = [.. changes.OrderBy(change => change.ToString(), StringComparer.Ordinal)];
        random.Shuffle(shuffled);
        return shuffled;
    }

    /// <summary>A change without the numbers of steps.</summary>
    private static string Shape(ChangeName change) =>
        string.Concat($"{change.Kind} {change.Path}".Select(letter => char.IsDigit(letter) ? '0' : letter));

    private static (Ground Ground, Variant Variant)[] Resumed =>
        [(Ground.Stopped, Variant.All.First(variant => variant.Staleness == 0)), (Ground.Damaged, Variant.All[0])];

    private static KillInjection BeforeOne(Ground ground, Variant variant, ChangeName change) =>
        new(
            ground == Ground.Nothing ? $"kill/{variant}/{change}" : $"kill/{ground}-{variant}/{change}",
            variant,
            ground,
            [new KillPoint { Change = change }]
        );

    /// <summary>Some are killed three times: when they begin, and twice when they go on; some signals come twice.</summary>
    private static KillInjection AtMoment(Variant variant, int number, Random random)
    {
        int signal = Signals[number % Signals.Length];
        bool isAgain = number % 4 == 1;
        var kills = Enumerable
            .Range(0, number % 6 is 0 or 2 ? 3 : 1)
            .Select(_ =>
            {
                // The runtime's start is a quarter of so short a run.
                double moment = 0.25 + (0.8 * random.NextDouble());
                return new KillPoint
                {
                    Signal = signal,
                    Moment = moment,
                    Again = isAgain && signal != Unix.Kill ? moment + (0.3 * random.NextDouble()) : null,
                };
            })
            .ToArray();
        string id = string.Create(CultureInfo.InvariantCulture, $"moment/{variant}/{Unix.NameOf(signal)}:{number}");
        return new KillInjection(id, variant, Ground.Nothing, kills);
    }
}
