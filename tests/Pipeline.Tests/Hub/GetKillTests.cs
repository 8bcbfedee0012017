using Cppo.Pipeline.Hub;
using Cppo.Pipeline.Tests.Cli;

namespace Cppo.Pipeline.Tests.Hub;

/// <summary>
/// The program is killed while it fetches, at twenty moments that are drawn. What is on disk is never asked for again: of each file the
/// server hands out its size and what was in flight at the kills, which is what it had given to the system and the program had not written.
/// </summary>
public sealed class GetKillTests : IDisposable
{
    private const int NumKills = 20;

    /// <summary>Buffers of two sockets and one of the program's, with much room.</summary>
    private const long MostInFlight = 2_000_000;

    private static readonly string[] Shards =
    [
        "model-00001-of-00003.safetensors",
        "model-00002-of-00003.safetensors",
        "model-00003-of-00003.safetensors",
    ];

    private readonly HubServer server = new() { Pace = 16_384 };
    private readonly HubFolder folder = new();

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Killed_at_twenty_moments_it_goes_on_and_fetches_nothing_twice()
    {
        var model = server
            .Add(HubKind.Model, "org/killed", new string('f', 40))
            .With("config.json", "{}")
            .With("tokenizer.json", 30_000)
            .With("model.safetensors.index.json", "{}")
            .With(Shards[0], 11_000_001)
            .With(Shards[1], 12_000_002)
            .With(Shards[2], 13_000_003);
        var random = new Random(20);
        var inFlight = Shards.ToDictionary(shard => shard, _ => 0L);
        int numBetween = 0;
        for (int kill = 0; kill < NumKills; kill++)
        {
            var before = Shards.ToDictionary(shard => shard, shard => OnDisk(model, shard));
            long mark = Shards.Sum(shard => Served(model, shard)) + random.Next(0, 1_200_000);
            int numAsked = server.Blobs.Requests.Count;
            using (var program = Start())
            {
                while (Shards.Sum(shard => Served(model, shard)) < mark && !program.HasExited)
                {
                    await Task.Delay(1);
                }

                await Task.Delay(random.Next(0, 30));
                program.Kill();
            }

            await server.Blobs.QuietAsync();
            await server.Hub.QuietAsync();
            foreach (var request in server.Blobs.Requests.Skip(numAsked).Where(request => ShardOf(model, request) is not null))
            {
                string shard = ShardOf(model, request)!;
                Assert.Equal(before[shard], request.From);
                numBetween += request.From > 0 ? 1 : 0;
            }

            foreach (string shard in Shards)
            {
                long lost = Served(model, shard) - OnDisk(model, shard);
                Assert.InRange(lost - inFlight[shard], 0, MostInFlight);
                inFlight[shard] = lost;
            }
        }

        Assert.True(numBetween >= 5, $"Only {numBetween} requests went on from a part.");
        using (var last = Start())
        {
            Assert.True(await last.EndAsync(ChildProgram.Later) == 0, last.Said);
        }

        Assert.All(model.Files.Keys, path => Assert.Equal(model.Files[path], folder.Read(model, path)));
        Assert.All(Shards, shard => Assert.Equal(model.Files[shard].Length + inFlight[shard], Served(model, shard)));
        Assert.Empty(Directory.EnumerateFiles(folder.InCache(model, "blobs"), "*.incomplete"));
        int numRequests = server.FileRequests.Count();
        using var again = Start();
        Assert.Equal(0, await again.EndAsync(ChildProgram.Later));
        Assert.Equal(numRequests, server.FileRequests.Count());
    }

    private ChildProgram Start() => new([("HF_ENDPOINT", server.Hub.Url), ("HF_HUB_CACHE", folder.Cache)], ["get", "org/killed"]);

    private long Served(HubRepository model, string shard) => server.Blobs.Served.GetValueOrDefault($"/{model.File(shard).Hash}");

    private long OnDisk(HubRepository model, string shard)
    {
        string blob = folder.InCache(model, "blobs", model.File(shard).Hash);
        var file = new FileInfo(File.Exists(blob) ? blob : blob + ".incomplete");
        return file.Exists ? file.Length : 0;
    }

    private static string? ShardOf(HubRepository model, HubRequest request) =>
        Array.Find(Shards, shard => request.Target.StartsWith($"/{model.File(shard).Hash}", StringComparison.Ordinal));
}
