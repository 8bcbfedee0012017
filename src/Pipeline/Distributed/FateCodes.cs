using Cppo.Stages;

namespace Cppo.Pipeline.Distributed;

/// <summary>A byte for each fate of a completion.</summary>
internal static class FateCodes
{
    private static readonly Fate[] Fates =
    [
        Stages.Fate.Kept,
        Stages.Fate.Pruned,
        Stages.Fate.NewDropped(DropReason.ZeroAdvantage),
        Stages.Fate.NewDropped(DropReason.NoRoom),
        Stages.Fate.NewDropped(DropReason.TooLong),
    ];

    /// <summary>The byte of a fate.</summary>
    public static byte Of(Fate fate)
    {
        int code = Array.IndexOf(Fates, fate);
        return code >= 0 ? (byte)code : throw new ArgumentOutOfRangeException(nameof(fate), fate, "The fate has no code.");
    }

    /// <summary>The fate of a byte.</summary>
    public static Fate Fate(byte code) => Fates[code];
}
