namespace Cppo.Pipeline.Data;

/// <summary>
/// Work of a package on input of others, which may never end or take all memory: it is given up, and the thread left to itself, as .NET has
/// no means to end it. The process goes on, and commonly ends with the sentence about the input.
/// </summary>
/// <param name="Time">The longest that it may take.</param>
/// <param name="Bytes">The most by which the memory in use may grow meanwhile.</param>
internal sealed record BoundedWork(TimeSpan Time, long Bytes)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs work on a thread of its own: those of the pool may all be at work that waits for this.</summary>
    /// <exception cref="InvalidDataException">It was given up.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        long before = GC.GetTotalMemory(forceFullCollection: false);
        long start = Environment.TickCount64;
        var task = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        while (await Task.WhenAny(task, Task.Delay(Look)) != task)
        {
            if (Environment.TickCount64 - start > Time.TotalMilliseconds)
            {
                throw new InvalidDataException($"it is not read after {Time.TotalSeconds:0.#} s, though it is not large");
            }

            if (GC.GetTotalMemory(forceFullCollection: false) - before > Bytes)
            {
                throw new InvalidDataException($"to read it takes more than {Bytes >> 20} MiB, though it is not large");
            }
        }

        return await task;
    }
}
