using Cppo.Model.Engine;

namespace Cppo.Model.Tests.Engine;

public sealed class TurnsTests
{
    [Fact]
    public async Task Calls_run_one_at_a_time_in_the_order_of_asking_on_one_thread()
    {
        using var turns = new Turns("test");
        int running = 0;
        var order = new List<int>();
        int[] threads = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    turns.Take(
                        () =>
                        {
                            Assert.Equal(1, Interlocked.Increment(ref running));
                            order.Add(i);
                            Interlocked.Decrement(ref running);
                            return Environment.CurrentManagedThreadId;
                        },
                        CancellationToken.None
                    )
                )
        );
        Assert.Equal(Enumerable.Range(0, 20), order);
        Assert.Single(threads.Distinct());
    }

    [Fact]
    public async Task A_call_that_fails_or_is_cancelled_before_its_turn_leaves_the_turn_to_the_next()
    {
        using var turns = new Turns("test");
        using var stop = new CancellationTokenSource();
        using var gate = new ManualResetEventSlim();
        var first = turns.Take<int>(
            () =>
            {
                gate.Wait();
                throw new InvalidOperationException("first");
            },
            CancellationToken.None
        );
        var cancelled = turns.Take(() => 2, stop.Token);
        var last = turns.Take(() => 3, CancellationToken.None);
        await stop.CancelAsync();
        gate.Set();
        Assert.Equal("first", (await Assert.ThrowsAsync<InvalidOperationException>(() => first)).Message);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(3, await last);
    }
}
