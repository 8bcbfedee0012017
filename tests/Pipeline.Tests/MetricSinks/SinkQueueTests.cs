using System.Diagnostics;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.MetricSinks;

namespace Cppo.Pipeline.Tests.MetricSinks;

public sealed class SinkQueueTests
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(30);

    private readonly List<string> said = [];

    [Fact]
    public async Task Everything_is_given_in_order_and_nothing_is_lost()
    {
        var sink = new ScriptedSink();
        var queue = Queue(sink, 100);
        for (int step = 0; step < 50; step++)
        {
            queue.Offer(Line(step));
            queue.Offer(Trace(step));
        }

        await queue.EndAsync(Enough, default);
        Assert.Equal(Enumerable.Range(0, 50).SelectMany(step => new[] { $"update {step}", $"trace {step}" }), sink.Taken);
        Assert.Equal((new SinkCount(50, 0, 50), default), (queue.Account.Given, queue.Account.Lost));
        Assert.Null(queue.Account.Describe());
        Assert.Empty(said);
        Assert.True(SpinWait.SpinUntil(() => sink.IsDisposed, Enough));
    }

    [Fact]
    public async Task A_sink_that_stands_still_never_holds_up_whoever_offers_and_what_finds_no_room_is_lost()
    {
        using var held = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var sink = new ScriptedSink
        {
            Act = _ =>
            {
                begun.Set();
                held.Wait();
            },
        };
        var queue = Queue(sink, 3);
        queue.Offer(Line(0));
        Assert.True(begun.Wait(Enough));
        var watch = Stopwatch.StartNew();
        for (int step = 1; step < 10_000; step++)
        {
            queue.Offer(Line(step, MetricKind.Evaluation));
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
        Assert.Equal(new SinkCount(0, 9_996, 0), queue.Account.Lost);
        watch.Restart();
        await queue.EndAsync(TimeSpan.FromMilliseconds(100), default);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
        var account = queue.Account;
        Assert.Equal((new SinkCount(1, 9_999, 0), new SinkCount(1, 9_999, 0)), (account.Given, account.Lost));
        Assert.Equal((9_996, 4), (account.Reasons[SinkQueue.Full], account.Reasons[SinkQueue.Late]));
        Assert.Equal(
            $"sinks.scripted lost 1 of 1 updates, 9999 of 9999 evaluations: {SinkQueue.Full} (9996); {SinkQueue.Late} (4)",
            account.Describe()
        );

        // What ends afterwards changes no count, and nothing is taken any more.
        held.Set();
        queue.Offer(Line(20_000));
        Assert.True(SpinWait.SpinUntil(() => sink.IsDisposed, Enough));
        Assert.Equal((account.Given, account.Lost), (queue.Account.Given, queue.Account.Lost));
        Assert.Single(sink.Taken);
    }

    [Fact]
    public async Task A_failure_is_told_once_and_each_loss_counted_by_its_reason()
    {
        var sink = new ScriptedSink
        {
            Act = number =>
            {
                if (number is 1 or 3)
                {
                    throw number == 1 ? new SinkException("nobody is there") : new InvalidOperationException("What is this?");
                }
            },
        };
        var queue = Queue(sink, 10);
        for (int step = 0; step < 5; step++)
        {
            queue.Offer(Line(step));
        }

        await queue.EndAsync(Enough, default);
        Assert.Equal(["update 0", "update 2", "update 4"], sink.Taken);
        Assert.Equal(new Dictionary<string, int> { ["nobody is there"] = 1, ["What is this?"] = 1 }, queue.Account.Reasons);
        Assert.Equal(["warning: sinks.scripted fails: nobody is there; the run goes on, and what is lost is counted"], said);
    }

    [Fact]
    public async Task After_a_failure_a_sink_that_rests_is_not_tried_for_a_while()
    {
        int tried = 0;
        var sink = new ScriptedSink
        {
            Rest = TimeSpan.FromHours(1),
            Act = _ =>
            {
                tried++;
                throw new SinkException("nobody is there");
            },
        };
        var queue = Queue(sink, 100);
        for (int step = 0; step < 20; step++)
        {
            queue.Offer(Line(step));
        }

        await queue.EndAsync(Enough, default);
        Assert.Equal(1, tried);
        Assert.Equal((20, 20), (queue.Account.Lost.Updates, queue.Account.Reasons["nobody is there"]));
    }

    [Fact]
    public async Task A_cancelled_end_waits_for_nothing()
    {
        using var held = new ManualResetEventSlim();
        var queue = Queue(new ScriptedSink { Act = _ => held.Wait() }, 10);
        queue.Offer(Line(0));
        queue.Offer(Line(1));
        var watch = Stopwatch.StartNew();
        await queue.EndAsync(TimeSpan.FromHours(1), new CancellationToken(canceled: true));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
        Assert.Equal(2, queue.Account.Lost.Updates);
        held.Set();
    }

    private SinkQueue Queue(ScriptedSink sink, int capacity) => new(sink, capacity, said.Add);

    private static MetricLine Line(int step, MetricKind kind = MetricKind.Update) => new(kind, step, DateTimeOffset.UnixEpoch, []);

    private static BatchTrace Trace(int batch) => new(batch, batch, []);

    private sealed class ScriptedSink : IMetricSink
    {
        private int number;

        public Action<int> Act { get; init; } = _ => { };

        public List<string> Taken { get; } = [];

        public bool IsDisposed { get; private set; }

        public string Name => "scripted";

        public bool TakesTraces => true;

        public TimeSpan Rest { get; init; }

        public void Write(MetricLine line) => Take($"{line.Prefix} {line.Step}");

        public void Write(BatchTrace trace) => Take($"trace {trace.Batch}");

        public void Dispose() => IsDisposed = true;

        private void Take(string text)
        {
            Act(number++);
            Taken.Add(text);
        }
    }
}
