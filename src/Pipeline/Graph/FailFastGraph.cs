using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Dataflow;

namespace Cppo.Pipeline.Graph;

/// <summary>
/// A straight chain of Dataflow blocks that ends in one of four ways, never in a hang: every block ran to completion; a stop ended the
/// feeder and all stages but the last, which ran to completion; the first fault is rethrown with its stack; or
/// <see cref="OperationCanceledException"/>. When <see cref="RunAsync"/> has returned, no stage is running.
/// </summary>
/// <remarks>
/// Dataflow by itself would hang or lose messages in four cases. A fault goes downstream only: here the first one cancels a token that
/// all blocks, the feeder and its waits share. A cancelled block waits for a reader of its output that is gone: on cancellation every
/// output is also linked to a null target. A stage that throws OperationCanceledException loses its message in silence: where the run
/// is not cancelled, that is a fault that names the stage. TransformManyBlock's output has no bound: <see cref="Many"/> sends one by one
/// into a bounded buffer.
/// </remarks>
internal sealed class FailFastGraph : IDisposable
{
    private readonly CancellationTokenSource shared;
    private readonly CancellationTokenSource upstream;
    private readonly StageTimeline timeline;
    private readonly List<Task> completions = [];
    private readonly List<Action> drains = [];
    private readonly List<StageThreads> threads = [];
    private ExceptionDispatchInfo? firstFault;
    private volatile bool interrupted;

    /// <summary>An empty graph.</summary>
    /// <param name="timeline">Receives each stage's busy and waiting time.</param>
    /// <param name="stop">Drops what has not reached the last stage, and lets that finish what it has.</param>
    /// <param name="cancel">Ends the graph at once.</param>
    public FailFastGraph(StageTimeline timeline, CancellationToken stop, CancellationToken cancel)
    {
        this.timeline = timeline;
        shared = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        upstream = CancellationTokenSource.CreateLinkedTokenSource(stop, shared.Token);
    }

    /// <summary>One message in, one out; order is kept whatever the parallelism.</summary>
    /// <param name="name">For the timeline and for errors.</param>
    /// <param name="work">The stage.</param>
    /// <param name="capacity">Messages queued, worked on, and finished but not yet taken, together.</param>
    /// <param name="parallel">The most messages worked on at a time.</param>
    public IPropagatorBlock<TIn, TOut> Stage<TIn, TOut>(string name, Func<TIn, TOut> work, int capacity, int parallel = 1) =>
        AsyncStage<TIn, TOut>(name, (item, _) => Task.FromResult(work(item)), capacity, parallel);

    /// <summary>As <see cref="Stage"/>, for work that waits; it holds no thread while it does.</summary>
    public IPropagatorBlock<TIn, TOut> AsyncStage<TIn, TOut>(
        string name,
        Func<TIn, CancellationToken, Task<TOut>> work,
        int capacity,
        int parallel = 1
    ) => Source<TransformBlock<TIn, TOut>, TOut>(new(Timed(name, work, upstream.Token), Options(capacity, parallel, upstream.Token)));

    /// <summary>
    /// One message in, any number out, in the order of the messages; at most <paramref name="outputs"/> wait to be taken.
    /// </summary>
    /// <param name="name">For the timeline and for errors.</param>
    /// <param name="work">The stage.</param>
    /// <param name="capacity">Messages queued, worked on, and finished but not yet sent, together.</param>
    /// <param name="outputs">Capacity of the output.</param>
    /// <param name="parallel">The most messages worked on at a time; the work waits without a thread.</param>
    public IPropagatorBlock<TIn, TOut> Many<TIn, TOut>(
        string name,
        Func<TIn, CancellationToken, Task<TOut[]>> work,
        int capacity,
        int outputs,
        int parallel = 1
    )
    {
        var worker = Source<TransformBlock<TIn, TOut[]>, TOut[]>(
            new(Timed(name, work, upstream.Token), Options(capacity, parallel, upstream.Token))
        );
        var buffer = Source<BufferBlock<TOut>, TOut>(new(Options(outputs, 1, upstream.Token)));
        var sender = Target(
            new ActionBlock<TOut[]>(
                Guard<TOut[], bool>(
                    name,
                    async (items, token) =>
                    {
                        foreach (var item in items)
                        {
                            await SendAsync(buffer, item, token);
                        }

                        return true;
                    },
                    upstream.Token
                ),
                Options(1, 1, upstream.Token)
            )
        );
        Link(worker, sender);
        _ = sender.Completion.ContinueWith(_ => buffer.Complete(), TaskScheduler.Default);
        return DataflowBlock.Encapsulate(worker, buffer);
    }

    /// <summary>The chain's end: one message at a time, begun on a thread of its own.</summary>
    /// <param name="name">For the timeline and for errors.</param>
    /// <param name="work">The stage.</param>
    /// <param name="capacity">Messages queued and worked on, together.</param>
    /// <param name="release">
    /// Lets others go on after a message's work. Called when the work's time is over, so that what it starts is not counted beside it.
    /// </param>
    public ITargetBlock<TIn> Sink<TIn>(string name, Func<TIn, CancellationToken, Task> work, int capacity, Action<TIn> release)
    {
        var timed = Timed<TIn, bool>(
            name,
            async (item, token) =>
            {
                await work(item, token);
                return true;
            },
            shared.Token,
            ownThreads: 1
        );
        return Target(
            new ActionBlock<TIn>(
                Guard<TIn, bool>(
                    name,
                    async (item, _) =>
                    {
                        await timed(item);
                        release(item);
                        return true;
                    },
                    shared.Token
                ),
                Options(capacity, 1, shared.Token)
            )
        );
    }

    /// <summary>Sends all that <paramref name="source"/> puts out to <paramref name="target"/>, and its end too.</summary>
    public static void Link<T>(ISourceBlock<T> source, ITargetBlock<T> target) =>
        source.LinkTo(target, new DataflowLinkOptions { PropagateCompletion = true });

    /// <summary>Runs <paramref name="feed"/>, the only producer, and returns when it has returned and the chain is empty.</summary>
    /// <param name="head">The first block.</param>
    /// <param name="feed">Is given a function that sends to the head, and the token that all its waits must take.</param>
    /// <exception cref="OperationCanceledException">The graph was cancelled, and no stage had failed.</exception>
    public async Task RunAsync<T>(ITargetBlock<T> head, Func<Func<T, Task>, CancellationToken, Task> feed)
    {
        using var draining = upstream.Token.Register(() => drains.ForEach(drain => drain()));
        var feeding = Guard<ITargetBlock<T>, bool>(
            "feed",
            async (block, token) =>
            {
                await feed(item => SendAsync(block, item, token), token);
                return true;
            },
            upstream.Token
        );
        await ((Task)feeding(head)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        head.Complete();
        await Task.WhenAll(completions).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        firstFault?.Throw();
        if (interrupted || (shared.IsCancellationRequested && completions.Exists(completion => completion.IsCanceled)))
        {
            throw new OperationCanceledException(shared.Token);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        threads.ForEach(thread => thread.Dispose());
        upstream.Dispose();
        shared.Dispose();
    }

    private static async Task SendAsync<T>(ITargetBlock<T> target, T item, CancellationToken token)
    {
        if (!await target.SendAsync(item, token))
        {
            throw new OperationCanceledException(token);
        }
    }

    /// <summary>Guarded work whose time is recorded, on threads of its own where asked.</summary>
    private Func<TIn, Task<TOut>> Timed<TIn, TOut>(
        string name,
        Func<TIn, CancellationToken, Task<TOut>> work,
        CancellationToken ends,
        int ownThreads = 0
    )
    {
        var clock = timeline.Stage(name);
        StageThreads? own = null;
        if (ownThreads > 0)
        {
            threads.Add(own = new StageThreads(name, ownThreads));
        }

        return Guard<TIn, TOut>(
            name,
            async (item, token) =>
            {
                using var busy = clock.Begin();
                return own is null ? await work(item, token) : await own.RunAsync(() => work(item, token));
            },
            ends
        );
    }

    /// <summary>
    /// Records why work ended before its end, before Dataflow wraps or swallows it. How work ends that a stop has dropped concerns nobody.
    /// </summary>
    private Func<TIn, Task<TOut>> Guard<TIn, TOut>(string name, Func<TIn, CancellationToken, Task<TOut>> work, CancellationToken ends) =>
        async item =>
        {
            try
            {
                ends.ThrowIfCancellationRequested();
                return await work(item, ends);
            }
            catch (OperationCanceledException) when (shared.IsCancellationRequested)
            {
                interrupted = true;
                throw;
            }
            catch (Exception dropped) when (ends.IsCancellationRequested && !shared.IsCancellationRequested)
            {
                throw new OperationCanceledException("The work was dropped.", dropped, ends);
            }
            catch (Exception fault)
            {
                var named =
                    fault is OperationCanceledException
                        ? new InvalidOperationException($"Stage '{name}' was cancelled although the run was not.", fault)
                        : fault;
                Interlocked.CompareExchange(ref firstFault, ExceptionDispatchInfo.Capture(named), null);
                await shared.CancelAsync();
                throw;
            }
        };

    private TBlock Source<TBlock, TOut>(TBlock block)
        where TBlock : ISourceBlock<TOut>
    {
        drains.Add(() => block.LinkTo(DataflowBlock.NullTarget<TOut>()));
        return Target(block);
    }

    private TBlock Target<TBlock>(TBlock block)
        where TBlock : IDataflowBlock
    {
        completions.Add(block.Completion);
        return block;
    }

    private static ExecutionDataflowBlockOptions Options(int capacity, int parallel, CancellationToken ends) =>
        new()
        {
            BoundedCapacity = capacity,
            MaxDegreeOfParallelism = parallel,
            EnsureOrdered = true,
            CancellationToken = ends,
        };
}
