using Cppo.Model.Managed.Parameters;

namespace Cppo.Model.Managed.Rollout;

/// <summary>Completions of a prompt share a row of the layers as long as their tokens are the same.</summary>
internal static class RowSharing
{
    /// <summary>
    /// Completions that have drawn another token than the one they follow become rows, with followers of their own, behind all others; each
    /// gets a copy of the keys and values that it shared.
    /// </summary>
    internal static void Separate(List<RolloutRow> rows, LaneMemory memory, ModelShape shape)
    {
        for (int i = 0, count = rows.Count; i < count; i++)
        {
            var leader = rows[i];
            int firstNew = rows.Count;
            var next = leader.Follower;
            leader.Follower = null;
            while (next is not null)
            {
                var row = next;
                next = row.Follower;
                row.Follower = null;
                var alike = row.LastToken == leader.LastToken ? leader : WithToken(rows, firstNew, row.LastToken);
                if (alike is not null)
                {
                    alike.Lead(row);
                    continue;
                }

                // The last token has not run yet.
                memory.Copy(shape, row.Length - 1, memory.OwnPlace(leader.Stretch), memory.OwnPlace(row.Stretch));
                rows.Add(row);
            }
        }
    }

    private static RolloutRow? WithToken(List<RolloutRow> rows, int first, int token)
    {
        for (int i = first; i < rows.Count; i++)
        {
            if (rows[i].LastToken == token)
            {
                return rows[i];
            }
        }

        return null;
    }
}
