using Cppo.Stages;

namespace Cppo.Pipeline.Sinks;

/// <summary>Why a question was dropped, in the words of the column <c>drop_reason</c>.</summary>
internal static class DropReasonNames
{
    public const string ZeroAdvantage = "zero_advantage";
    public const string NoRoom = "no_room";
    public const string TooLong = "too_long";

    public static string Of(DropReason reason) =>
        reason switch
        {
            { IsZeroAdvantage: true } => ZeroAdvantage,
            { IsNoRoom: true } => NoRoom,
            { IsTooLong: true } => TooLong,
            _ => throw new InvalidOperationException($"The drop reason {reason} has no name."),
        };
}
