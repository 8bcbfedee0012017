using System.Collections.Concurrent;

namespace Cppo.Model.Engine;

/// <summary>
/// Long calls of one engine, one at a time in the order of asking, all on one thread: a call that waits for its turn holds none, and a
/// tensor library, which ties its workers to the threads that call it, meets always the same.
/// </summary>
public sealed class Turns : IDisposable
{
    private readonly BlockingCollection<Action> calls = [];
    private readonly Lazy<Thread> thread;

    /// <summary>The thread starts with the first call.</summary>
    public Turns(string name) =>
        thread = new(() =>
        {
            var started = new Thread(Work) { Name = name, IsBackground = true };
            started.Start();
            return started;
        });

    /// <summary>Runs a call when those asked for before it have ended.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before its turn, or ended so.</exception>
    public Task<T> Take<T>(Func<T> call, CancellationToken stop)
    {
        _ = thread.Value;
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        calls.Add(
            () =>
            {
                try
                {
                    stop.ThrowIfCancellationRequested();
                    result.SetResult(call());
                }
                catch (Exception e)
                {
                    result.SetException(e);
                }
            },
            CancellationToken.None
        );
        return result.Task;
    }

    /// <summary>Waits for the calls that were asked for.</summary>
    public void Dispose()
    {
        calls.CompleteAdding();
        if (thread.IsValueCreated)
        {
            thread.Value.Join();
        }

        calls.Dispose();
    }

    private void Work()
    {
        foreach (var call in calls.GetConsumingEnumerable())
        {
            call();
        }
    }
}
