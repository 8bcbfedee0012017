using System.Collections.Concurrent;

namespace Cppo.Pipeline.Graph;

/// <summary>
/// Threads that belong to one stage, so that long computations neither starve the thread pool, on which the rest of the graph moves,
/// nor wander between threads, to which a tensor library ties its own workers. What work awaits continues on the pool.
/// </summary>
internal sealed class StageThreads : TaskScheduler, IDisposable
{
    private readonly BlockingCollection<Task> queue = [];
    private readonly Thread[] threads;

    /// <summary>Starts <paramref name="count"/> background threads.</summary>
    public StageThreads(string name, int count)
    {
        threads = [.. Enumerable.Range(0, count).Select(index => new Thread(Work) { Name = $"{name} {index}", IsBackground = true })];
        Array.ForEach(threads, thread => thread.Start());
    }

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => threads.Length;

    /// <summary>Begins <paramref name="work"/> on one of the threads.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> work) =>
        Task
            .Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.HideScheduler | TaskCreationOptions.DenyChildAttach, this)
            .Unwrap();

    /// <summary>Lets the threads end when nothing is queued any more.</summary>
    public void Dispose()
    {
        queue.CompleteAdding();
        Array.ForEach(threads, thread => thread.Join());
        queue.Dispose();
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task) => queue.Add(task);

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => queue.ToArray();

    private void Work()
    {
        foreach (var task in queue.GetConsumingEnumerable())
        {
            TryExecuteTask(task);
        }
    }
}
