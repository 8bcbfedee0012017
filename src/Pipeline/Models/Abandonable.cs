namespace Cppo.Pipeline.Models;

/// <summary>
/// Long work that hands out nothing before its end, such as the load of a model: a stop ends it at once, whatever it waits for. It is given
/// a moment to notice the stop by itself; else it is left behind, and what it makes in the end is disposed of.
/// </summary>
internal static class Abandonable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(0.3);

    /// <summary>Does the work on a thread of its own.</summary>
    /// <param name="work">Takes the token; must use nothing that its caller disposes of.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static async Task<T> RunAsync<T>(Func<CancellationToken, T> work, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var running = Task.Factory.StartNew(
            () => work(stop),
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );
        try
        {
            return await running.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _ = running.ContinueWith(Discard, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await Task.WhenAny(running, Task.Delay(Grace, CancellationToken.None));
            throw;
        }
    }

    /// <summary>Work that hands out nothing at all.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static Task RunAsync(Action<CancellationToken> work, CancellationToken stop) =>
        RunAsync(
            token =>
            {
                work(token);
                return true;
            },
            stop
        );

    private static void Discard<T>(Task<T> late)
    {
        if (late.IsCompletedSuccessfully)
        {
            (late.Result as IDisposable)?.Dispose();
        }

        // Looked at, so that nobody is told of a fault that concerns nobody any more.
        _ = late.Exception;
    }
}
