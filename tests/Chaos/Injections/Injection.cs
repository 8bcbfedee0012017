using Cppo.Chaos.Runs;

namespace Cppo.Chaos.Injections;

/// <summary>How an injection ended.</summary>
internal enum OutcomeKind
{
    /// <summary>The run came to its end, equal to one that was left alone.</summary>
    Equal,

    /// <summary>One sentence said what is wrong, and everything was left as it was.</summary>
    Refused,

    /// <summary>Something of the run is gone.</summary>
    Lost,

    /// <summary>Something of the run is there twice.</summary>
    Doubled,

    /// <summary>Anything else that is not promised.</summary>
    Wrong,

    /// <summary>This machine cannot do it.</summary>
    Skipped,
}

/// <summary>How an injection ended, and what there is to say of it.</summary>
internal sealed record Outcome(OutcomeKind Kind, string Words)
{
    /// <summary>Whether the program kept what it promises.</summary>
    public bool IsGood => Kind is OutcomeKind.Equal or OutcomeKind.Refused or OutcomeKind.Skipped;

    public static Outcome Wrong(string words) => new(OutcomeKind.Wrong, words);
}

/// <summary>One thing that is done to a run.</summary>
/// <param name="Id">Its name, by which it can be repeated alone.</param>
/// <param name="Variant">The run.</param>
internal abstract record Injection(string Id, Variant Variant)
{
    /// <summary>Does it, and has the run come to its end.</summary>
    /// <param name="bed">What all share.</param>
    /// <param name="run">The directory of the run, which does not exist yet; what lies beside it is this injection's, too.</param>
    public abstract Task<Outcome> ExecuteAsync(TestBed bed, string run);
}
