using Cppo.Model.Engine;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Tests.Managed;

/// <summary>Teams that share cores: who computes when, and that nobody waits for ever.</summary>
public sealed class TeamTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Never_more_threads_compute_than_there_are_cores()
    {
        var cores = new CoreBudget(3);
        using var teams = new Teams(cores);
        int running = 0,
            most = 0;
        var callers = Enumerable
            .Range(0, 4)
            .Select(_ =>
                Start(() =>
                {
                    for (int call = 0; call < 50; call++)
                    {
                        teams.With(
                            3,
                            team =>
                            {
                                int[] counts = new int[20];
                                team.Run(
                                    counts.Length,
                                    (item, _) =>
                                    {
                                        int now = Interlocked.Increment(ref running);
                                        int seen;
                                        while ((seen = Volatile.Read(ref most)) < now)
                                        {
                                            Interlocked.CompareExchange(ref most, now, seen);
                                        }

                                        counts[item]++;
                                        Thread.SpinWait(500);
                                        Interlocked.Decrement(ref running);
                                    }
                                );
                                Assert.All(counts, count => Assert.Equal(1, count));
                                return true;
                            }
                        );
                    }
                })
            )
            .ToArray();
        await Task.WhenAll(callers).WaitAsync(Limit);
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task A_long_item_makes_room_for_another_call_and_has_its_core_back_when_that_or_its_own_caller_is_done()
    {
        var cores = new CoreBudget(2);
        using var teams = new Teams(cores);
        using var together = new Barrier(2);
        using var second = new ManualResetEventSlim();
        using var done = new ManualResetEventSlim();
        var rollout = Start(() =>
            teams.With(
                2,
                team =>
                {
                    team.Run(
                        2,
                        (_, thread) =>
                        {
                            // Both cores are at work before the other call asks.
                            Assert.True(together.SignalAndWait(Limit));
                            second.Set();
                            while (!done.IsSet)
                            {
                                team.Rebalance(thread);
                                Thread.Yield();
                            }
                        }
                    );
                    return true;
                }
            )
        );
        Assert.True(second.Wait(Limit));
        var update = Start(() =>
        {
            teams.With(
                2,
                team =>
                {
                    // The rollout's caller keeps its core, so this call has one.
                    Assert.False(cores.HasSpare);
                    return true;
                }
            );
            done.Set();
        });
        await Task.WhenAll(rollout, update).WaitAsync(Limit);
        Assert.True(SpinWait.SpinUntil(() => cores.HasSpare && !cores.IsWanted, Limit));
    }

    [Fact]
    public async Task A_helper_comes_late_where_a_core_becomes_free_during_a_long_item()
    {
        var cores = new CoreBudget(2);
        using var teams = new Teams(cores);
        cores.TakeForCall();
        int helped = 0;
        var caller = Start(() =>
            teams.With(
                2,
                team =>
                {
                    team.Run(
                        2,
                        (_, thread) =>
                        {
                            if (thread > 0)
                            {
                                Interlocked.Increment(ref helped);
                                return;
                            }

                            if (Volatile.Read(ref helped) == 0)
                            {
                                team.Rebalance(thread);
                                Assert.Equal(0, Volatile.Read(ref helped));
                                cores.Give();
                                Assert.True(
                                    SpinWait.SpinUntil(
                                        () =>
                                        {
                                            team.Rebalance(thread);
                                            return Volatile.Read(ref helped) == 1;
                                        },
                                        Limit
                                    )
                                );
                            }
                        }
                    );
                    return true;
                }
            )
        );
        await caller.WaitAsync(Limit);
        Assert.Equal(1, helped);
    }

    [Fact]
    public async Task A_helper_that_made_room_has_the_core_that_is_left_when_a_call_took_its_first()
    {
        var cores = new CoreBudget(3);
        cores.TakeForCall();
        Assert.True(cores.TryTakeSpare() && cores.TryTakeSpare());
        for (int round = 0; round < 100; round++)
        {
            // Two calls take the cores of both helpers, which wait from now on. A helper that found no call waiting would keep its core.
            var helpers = new Task[2];
            for (int at = 0; at < helpers.Length; at++)
            {
                var other = Start(cores.TakeForCall);
                Assert.True(SpinWait.SpinUntil(() => cores.IsWanted, Limit));
                helpers[at] = Start(cores.MakeRoom);
                await other.WaitAsync(Limit);
            }

            // They end while a third call waits for one of their cores: the other one is for a helper, whoever wakes first.
            var call = Start(cores.TakeForCall);
            Assert.True(SpinWait.SpinUntil(() => cores.IsWanted, Limit));
            cores.Give();
            cores.Give();
            await call.WaitAsync(Limit);
            await Task.WhenAny(helpers).WaitAsync(Limit);
            cores.Give();
            await Task.WhenAll(helpers).WaitAsync(Limit);
        }

        Assert.False(cores.TryTakeSpare());
    }

    [Fact]
    public void One_core_serves_two_calls_one_after_the_other()
    {
        using var teams = new Teams(new CoreBudget(1));
        int running = 0;
        Parallel.For(
            0,
            20,
            _ =>
                teams.With(
                    4,
                    team =>
                    {
                        Assert.Equal(1, Interlocked.Increment(ref running));
                        team.Run(9, (_, _) => Thread.SpinWait(100));
                        Interlocked.Decrement(ref running);
                        return true;
                    }
                )
        );
        Assert.Equal(0, running);
    }

    [Fact]
    public void An_exception_of_a_helper_reaches_the_caller_and_every_core_is_given_back()
    {
        var cores = new CoreBudget(3);
        using var teams = new Teams(cores);
        for (int round = 0; round < 100; round++)
        {
            Assert.Throws<InvalidOperationException>(() =>
                teams.With<bool>(
                    3,
                    team =>
                    {
                        team.Run(30, (item, _) => throw new InvalidOperationException($"{item}"));
                        return true;
                    }
                )
            );
        }

        for (int core = 0; core < 3; core++)
        {
            Assert.True(SpinWait.SpinUntil(cores.TryTakeSpare, Limit));
        }

        Assert.False(cores.TryTakeSpare());
    }

    private static Task Start(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
