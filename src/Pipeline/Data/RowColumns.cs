namespace Cppo.Pipeline.Data;

/// <summary>The columns that are read of a dataset.</summary>
/// <param name="Names">In the order of <see cref="DataRow.Values"/>; one with dots also finds a member of a structure
/// (<c>reward_model.ground_truth</c>).</param>
/// <param name="FirstMayBeChat">Whether the first may hold lists of messages beside texts and numbers.</param>
internal sealed record RowColumns(IReadOnlyList<string> Names, bool FirstMayBeChat);
