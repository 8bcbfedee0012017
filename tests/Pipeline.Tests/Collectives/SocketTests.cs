using System.Net.Sockets;
using Cppo.Model.Collectives;
using Cppo.Model.Tests.Collectives;
using Cppo.Pipeline.Collectives;
using Cppo.Pipeline.Collectives.Sockets;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Tests.Collectives;

/// <summary>Ranks that meet at a socket, as those do that no MPI launcher has started.</summary>
public sealed class SocketTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Every_call_gives_what_it_gives_threads(int size)
    {
        string[] expected = ThreadRanks.Run(size, AllCalls);
        object?[] actual = SocketRanks.Run(SocketRanks.Places(size), Long, AllCalls);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public async Task A_stranger_that_says_nothing_keeps_nobody_waiting()
    {
        var places = SocketRanks.Places(2);
        using var stop = new CancellationTokenSource();
        using var stranger = new TcpClient();
        var knocking = Task.Run(async () =>
        {
            while (!stranger.Connected)
            {
                try
                {
                    await stranger.ConnectAsync(places[0].Host, places[0].Port, stop.Token);
                }
                catch (SocketException)
                {
                    await Task.Delay(10, stop.Token);
                }
            }
        });
        var first = Task.Run(() => SocketRanks.Run([places[0]], Long, ranks => ranks.AnyTrue(true, "a test")));
        await knocking.WaitAsync(Long);
        long start = Environment.TickCount64;
        object?[] second = SocketRanks.Run([places[1]], Long, ranks => ranks.AnyTrue(false, "a test"));
        Assert.Equal([true, true], [.. await first, .. second]);

        // Far less than a stranger is given to say who it is.
        Assert.InRange(Environment.TickCount64 - start, 0, 8000);
    }

    [Fact]
    public void A_rank_that_never_comes_is_named_beside_one_of_another_run()
    {
        var places = SocketRanks.Places(3);
        long start = Environment.TickCount64;
        object?[] ended = SocketRanks.Run([places[0], places[1], places[1] with { Size = 2 }], Short, _ => "met");
        string sentence = Assert.IsType<CollectiveException>(ended[0]).Message;
        Assert.Matches(
            @"^Rank 0 of 3 \(.+\) has waited 2 s at 127\.0\.0\.1:\d+ \(MASTER_ADDR, MASTER_PORT\) for the start; rank 2 has not come\.",
            sentence
        );
        Assert.Contains("as it was started with WORLD_SIZE=2, and rank 0 with 3.", sentence, StringComparison.Ordinal);
        Assert.Equal(sentence, Assert.IsType<UsageException>(ended[1]).Message);
        Assert.Contains(
            "it was started with WORLD_SIZE=2, and rank 0 with 3",
            Assert.IsType<UsageException>(ended[2]).Message,
            StringComparison.Ordinal
        );
        Assert.InRange(Environment.TickCount64 - start, 1900, 15_000);
    }

    [Fact]
    public void A_rank_that_is_there_already_is_not_replaced()
    {
        var places = SocketRanks.Places(2);
        object?[] ended = SocketRanks.Run(
            [.. places, places[1]],
            Long,
            ranks =>
            {
                Thread.Sleep(500);
                return ranks.AnyTrue(true, "a test");
            }
        );
        Assert.Equal(true, ended[0]);
        var refused = Assert.Single(ended.OfType<UsageException>());
        Assert.Contains("rank 1 has come already, from ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_rank_0_the_others_say_where_they_looked()
    {
        var fault = Assert.IsType<CollectiveException>(SocketRanks.Run([SocketRanks.Places(2)[1]], Short, _ => "met")[0]);
        Assert.Matches(@"^Rank 1 of 2 \(.+\) has tried for 2 s to reach rank 0 at 127\.0\.0\.1:\d+ \(.+\) for the start: ", fault.Message);
    }

    [Fact]
    public void A_port_that_is_taken_is_a_mistake()
    {
        var places = SocketRanks.Places(2);
        using var other = new SocketHost(places[0]);
        var fault = Assert.IsType<UsageException>(SocketRanks.Run([places[0]], Short, _ => "met")[0]);
        Assert.StartsWith(
            $"rank 0 cannot listen at 127.0.0.1:{places[0].Port} (MASTER_ADDR, MASTER_PORT): ",
            fault.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_rank_that_comes_to_no_call_is_named_on_all_ranks()
    {
        object?[] ended = SocketRanks.Run(
            SocketRanks.Places(3),
            Short,
            ranks =>
            {
                if (ranks.Rank == 2)
                {
                    Thread.Sleep(Short * 2);
                }

                return ranks.AnyTrue(true, "the test of update 3");
            }
        );
        Assert.All(
            ended,
            fault =>
                Assert.Matches(
                    @"^Rank 0 of 3 \(.+\) has waited 2 s for the test of update 3; rank 2 has not come\.$",
                    Assert.IsType<CollectiveException>(fault).Message
                )
        );
    }

    [Fact]
    public void Ranks_that_do_different_things_end()
    {
        object?[] ended = SocketRanks.Run(
            SocketRanks.Places(2),
            Long,
            ranks => ranks.Rank == 0 ? ranks.Gather([1], "bytes") : ranks.AnyTrue(true, "a stop")
        );
        Assert.All(
            ended,
            fault =>
                Assert.EndsWith(
                    "waits for bytes, and rank 1 does something else; start all processes of a run alike.",
                    Assert.IsType<CollectiveException>(fault).Message,
                    StringComparison.Ordinal
                )
        );
    }

    [Theory]
    [InlineData("RANK=1 WORLD_SIZE=2 MASTER_ADDR=node MASTER_PORT=29500", 1)]
    [InlineData("RANK=0 WORLD_SIZE=1 MASTER_ADDR=node MASTER_PORT=29500", null)]
    [InlineData("RANK=0 WORLD_SIZE=2 MASTER_ADDR=node", null)]
    [InlineData("WORLD_SIZE=2 MASTER_ADDR=node MASTER_PORT=29500", null)]
    public void Four_variables_make_a_rank(string environment, int? rank) =>
        Assert.Equal(rank, SocketPlace.Detect(Read(environment))?.Rank);

    [Theory]
    [InlineData("RANK=2 WORLD_SIZE=2 MASTER_ADDR=node MASTER_PORT=29500", "RANK is 2, and WORLD_SIZE is 2; give ranks from 0 to 1.")]
    [InlineData("RANK=1 WORLD_SIZE=2 MASTER_ADDR=node MASTER_PORT=0", "MASTER_PORT is 0; give a port from 1 to 65535")]
    public void Variables_that_cannot_be_are_refused(string environment, string expected) =>
        Assert.StartsWith(
            expected,
            Assert.Throws<UsageException>(() => SocketPlace.Detect(Read(environment))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Without_MPI_only_nccl_makes_ranks_of_processes()
    {
        var read = Read("RANK=1 WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=1");
        var fault = Assert.Throws<UsageException>(() => Ranks.Open(Short, () => "mpi", read));
        Assert.StartsWith(
            "this process is rank 1 of 2 (RANK, WORLD_SIZE), but no launcher of MPI started it; start the run with mpirun -n 2,",
            fault.Message,
            StringComparison.Ordinal
        );
        Assert.Throws<CollectiveException>(() => Ranks.Open(Short, () => "nccl", read));
        using var one = Ranks.Open(Short, () => throw new InvalidOperationException("not asked"), Read(""));
        Assert.IsType<SingleCollective>(one);
    }

    private static string AllCalls(ICollective ranks)
    {
        using var other = ranks.Duplicate("a second thread");
        var beside = Task.Run(() =>
            string.Join(' ', Enumerable.Range(0, 50).Select(turn => Numbers(other.Gather([(byte)(turn + ranks.Rank)], "bytes"))))
        );
        float[] values =
        [
            .. Enumerable.Range(0, 1001).Select(index => MathF.Sin((ranks.Rank + 1) * (index + 1)) * (1 << (5 * ranks.Rank))),
        ];
        float[] sum = [.. values];
        ranks.Sum(sum, "a sum");
        float[] chunks = [.. values];
        ranks.ReduceScatter(chunks, "chunks");
        ranks.AllGather(chunks, "chunks");
        byte[] large = new byte[ranks.Rank * 3_000_000];
        new Random(ranks.Rank).NextBytes(large);
        return string.Join(
            '\n',
            Numbers([.. sum.Select(BitConverter.GetBytes)]),
            Numbers([.. chunks.Select(BitConverter.GetBytes)]),
            Numbers(ranks.Gather(large, "bytes")),
            Numbers([ranks.Broadcast([(byte)ranks.Rank, 7], 1, "bytes of one")]),
            $"{ranks.AnyTrue(ranks.Rank == 1, "a stop")} {ranks.AnyTrue(false, "a stop")}",
            beside.Result
        );
    }

    private static string Numbers(byte[][] all) =>
        string.Join(
            ' ',
            all.Select(each =>
                each.Length <= 4
                    ? Convert.ToHexString(each)
                    : $"{each.Length}:{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(each))}"
            )
        );

    private static Func<string, string?> Read(string environment)
    {
        string[][] variables = [.. environment.Split(' ').Select(each => each.Split('=')).Where(each => each.Length == 2)];
        return name => Array.Find(variables, each => each[0] == name)?[1];
    }
}
