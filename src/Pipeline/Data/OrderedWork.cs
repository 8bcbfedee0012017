namespace Cppo.Pipeline.Data;

/// <summary>Work on a stream of items on all cores, in order, with a bound on what is in memory.</summary>
internal static class OrderedWork
{
    private const int MaxItems = 256;
    private const int MaxWeight = 1 << 20;

    /// <summary>
    /// The results in the order of the items. The items are read on the caller's thread, as far ahead as two chunks a core; a chunk is 256
    /// items, or fewer where they weigh a mebibyte.
    /// </summary>
    /// <param name="items">Read as they are needed.</param>
    /// <param name="weight">An item's bytes.</param>
    /// <param name="work">Called for several items at a time.</param>
    public static IEnumerable<TOut> Map<TIn, TOut>(IEnumerable<TIn> items, Func<TIn, int> weight, Func<TIn, TOut> work) =>
        MapChunks(items, weight, chunk => Task.FromResult(Array.ConvertAll(chunk, item => work(item))));

    /// <summary>
    /// The same by chunks, for work that is better done for many items together; the results of a chunk are as many as its items.
    /// </summary>
    /// <param name="items">Read as they are needed.</param>
    /// <param name="weight">An item's bytes.</param>
    /// <param name="work">Called for several chunks at a time.</param>
    public static IEnumerable<TOut> MapChunks<TIn, TOut>(IEnumerable<TIn> items, Func<TIn, int> weight, Func<TIn[], Task<TOut[]>> work)
    {
        var window = new Queue<Task<TOut[]>>();
        int most = 2 * Environment.ProcessorCount;
        foreach (var chunk in Chunks(items, weight))
        {
            window.Enqueue(Task.Run(() => work(chunk)));
            if (window.Count < most)
            {
                continue;
            }

            foreach (var result in window.Dequeue().GetAwaiter().GetResult())
            {
                yield return result;
            }
        }

        while (window.TryDequeue(out var task))
        {
            foreach (var result in task.GetAwaiter().GetResult())
            {
                yield return result;
            }
        }
    }

    /// <summary>The items in chunks of at most <see cref="MaxItems"/> that end as soon as they weigh a mebibyte.</summary>
    private static IEnumerable<T[]> Chunks<T>(IEnumerable<T> items, Func<T, int> weight)
    {
        var (chunk, weighs) = (new List<T>(), 0L);
        foreach (var item in items)
        {
            chunk.Add(item);
            weighs += weight(item);
            if (chunk.Count < MaxItems && weighs < MaxWeight)
            {
                continue;
            }

            yield return [.. chunk];
            chunk.Clear();
            weighs = 0;
        }

        if (chunk.Count > 0)
        {
            yield return [.. chunk];
        }
    }
}
