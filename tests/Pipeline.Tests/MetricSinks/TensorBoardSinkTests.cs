using System.Text.Json.Nodes;
using Cppo.Pipeline.MetricSinks.TensorBoard;
using Cppo.Pipeline.Tests.Run;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.MetricSinks;

[Collection(RunsCollection.Name)]
public sealed class TensorBoardSinkTests(SmallModel model) : IDisposable
{
    private const string On = "sinks.tensorBoard=true";

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void The_checksum_is_that_of_TensorFlows_records()
    {
        // CRC-32C of these digits is 0xE3069283 by its definition; the first record of TensorFlow's event files, of 24 bytes, begins so.
        uint crc = 0xE3069283;
        Assert.Equal(unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8), MaskedCrc.Of("123456789"u8));
        Assert.Equal(0x224B7FA3u, MaskedCrc.Of([24, 0, 0, 0, 0, 0, 0, 0]));
        Assert.Equal(EventFiles.Masked("123456789 and some more"u8), MaskedCrc.Of("123456789 and some more"u8));
    }

    [RunFact]
    public async Task A_runs_event_file_has_every_number_of_its_own_files()
    {
        var run = await SmallRun.RunAsync(
            model,
            directory.Path,
            On,
            "evaluation.before=true",
            "evaluation.every=2",
            "evaluation.after=true"
        );
        string file = Assert.Single(EventFiles.In(run.Of("tensorboard")));
        Assert.StartsWith("events.out.tfevents.", Path.GetFileName(file), StringComparison.Ordinal);
        var events = EventFiles.Read(file);
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.True(events[1].IsStart);
        Assert.Equal(0, events[1].Step);
        var config = Assert.Single(events[2].Texts);
        Assert.Equal(("config", "text"), (config.Tag, config.Plugin));
        Assert.Equal(File.ReadAllText(run.Of("config.json")).TrimEnd(), config.Text.Replace("\n    ", "\n", StringComparison.Ordinal)[4..]);

        var lines = FileNumbers.Of(run);
        Assert.Equal(7, lines.Length);
        Assert.True(lines[0].Numbers.Count > 70, $"{lines[0].Numbers.Count} numbers in a line");
        Assert.Equal(lines.Length, events.Length - 3);
        foreach (var (kind, step, numbers) in lines)
        {
            var found = Assert.Single(
                events,
                one => one.Step == step && one.Scalars.Any(scalar => scalar.Tag.StartsWith(kind, StringComparison.Ordinal))
            );
            Assert.Equal(
                numbers.Select(number => ($"{kind}/{number.Key}", (float)number.Value)).Order(),
                found.Scalars.Select(scalar => (scalar.Tag, scalar.Value)).Order()
            );
            Assert.InRange(found.WallTime, events[0].WallTime, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0);
        }

        Assert.Equal((await model.StraightAsync(0)).Weights, run.Weights);
        Assert.DoesNotContain("lost", run.Output, StringComparison.Ordinal);
        var record = JsonNode.Parse(Assert.Single(File.ReadAllLines(run.Of("sinks.jsonl"))))!;
        Assert.Equal(
            ("tensorBoard", 4, 3, 0),
            ((string)record["sink"]!, (int)record["updates"]!, (int)record["evaluations"]!, (int)record["lost_updates"]!)
        );
    }

    [RunFact]
    public async Task A_resumed_run_shows_no_step_twice_and_keeps_what_it_does_not_make_again()
    {
        // Broken off after its third update, the run goes on from the checkpoint after the second, and makes the third again.
        string[] keys = [On, "checkpoint.every=2", "evaluation.before=true", "evaluation.every=1", "evaluation.after=true"];
        string events = directory.Of("small", "tensorboard");
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            SmallRun.ActAsync(
                model,
                directory.Path,
                "after 3 updates: accuracy",
                () =>
                {
                    Assert.True(SpinWait.SpinUntil(() => EventFiles.HasStep(events, "evaluation/accuracy", 3), TimeSpan.FromSeconds(30)));
                    throw new InvalidOperationException("The machine breaks down.");
                },
                keys
            )
        );
        var run = await SmallRun.RunAsync(model, directory.Path, [.. keys, "run.resume=true"]);
        string[] files = EventFiles.In(run.Of("tensorboard"));
        Assert.Equal(2, files.Length);
        Assert.Equal(2, EventFiles.Read(files[1]).Single(one => one.IsStart).Step);
        foreach (var points in new[] { EventFiles.Accumulate(run.Of("tensorboard")), EventFiles.Preempt(run.Of("tensorboard")) })
        {
            Assert.Equal([0, 1, 2, 3], points["update/loss"].Select(point => point.Step));
            Assert.Equal([0, 1, 2, 3, 4], points["evaluation/accuracy"].Select(point => point.Step));
            foreach (var (kind, step, numbers) in FileNumbers.Of(run))
            {
                Assert.All(
                    numbers,
                    number =>
                        Assert.Equal((float)number.Value, Assert.Single(points[$"{kind}/{number.Key}"], point => point.Step == step).Value)
                );
            }
        }
    }

    [RunFact]
    public async Task Where_no_event_file_can_be_made_the_run_ends_as_without_and_says_what_was_lost()
    {
        var begun = await SmallRun.RunUntilAsync(model, directory.Path, "update 1/4");
        Assert.True(begun.IsStopped);
        int done = begun.Metrics.Length;
        File.WriteAllText(begun.Of("tensorboard"), "in the way");
        var run = await SmallRun.RunAsync(model, directory.Path, On, "run.resume=true");
        Assert.False(run.IsStopped);
        Assert.Equal((await model.StraightAsync(0)).Weights, run.Weights);
        Assert.Contains("warning: sinks.tensorBoard fails: ", run.Output, StringComparison.Ordinal);
        Assert.Contains($"sinks.tensorBoard lost {4 - done} of {4 - done} updates: ", run.Output, StringComparison.Ordinal);
        var record = JsonNode.Parse(Assert.Single(File.ReadAllLines(run.Of("sinks.jsonl"))))!;
        Assert.Equal((done, 4 - done, 4 - done), ((int)record["first_step"]!, (int)record["updates"]!, (int)record["lost_updates"]!));
        Assert.Equal("in the way", File.ReadAllText(run.Of("tensorboard")));
    }

    [Fact]
    public void What_a_full_disk_leaves_of_a_record_is_cut_off_before_the_next()
    {
        using var disk = new SmallDisk { Room = 100 };
        using var file = new EventFile(disk);
        byte[] message = EventMessages.Scalars(1, 0, [("loss", 0.5f)]);
        file.Write(message);
        int whole = message.Length + 16;
        disk.Room = whole + 10;
        Assert.Equal("the disk is full", Model.Files.FileFault.Reason(Assert.Throws<IOException>(() => file.Write(message))));
        Assert.Equal(whole + 10, disk.Length);
        Assert.Throws<IOException>(() => file.Write(message));
        disk.Room = 1000;
        byte[] shorter = EventMessages.Scalars(2, 1, [("l", 0.25f)]);
        file.Write(shorter);
        Assert.Equal([message, shorter], EventFiles.Records(disk.ToArray()));
    }

    [Fact]
    public void A_file_comes_after_those_that_are_there_whatever_the_clock_says()
    {
        var moment = DateTimeOffset.FromUnixTimeSeconds(2_000_000_000);
        EventFile.Create(directory.Path, moment).Dispose();
        EventFile.Create(directory.Path, moment).Dispose();
        EventFile.Create(directory.Path, moment.AddYears(-10)).Dispose();
        Assert.Equal(
            ["2000000000", "2000000001", "2000000002"],
            EventFiles.In(directory.Path).Select(path => Path.GetFileName(path).Split('.')[3])
        );
    }

    /// <summary>Takes so many bytes, and of a write that is larger the first ones.</summary>
    private sealed class SmallDisk : MemoryStream
    {
        public int Room { get; set; }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            int fits = Math.Min(buffer.Length, Room - (int)Position);
            base.Write(buffer[..fits].ToArray(), 0, fits);
            if (fits < buffer.Length)
            {
                throw new IOException("No space left on device", 28);
            }
        }
    }
}
