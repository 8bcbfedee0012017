using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cppo.Peers;

/// <summary>Makes the models, gives each contestant its turn in every round, and prints medians.</summary>
internal static class Race
{
    public static int Run(RaceSettings settings)
    {
        if (!File.Exists("pipeline.json"))
        {
            Console.Error.WriteLine("Start it in the repository's root, where pipeline.json is (make bench-peers does).");
            return 2;
        }

        var results = new JsonArray();
        foreach (var size in settings.Sizes)
        {
            if (!Prepare(settings, size))
            {
                return 1;
            }

            var table = RunSize(settings, size);
            Console.WriteLine(table.ToText());
            results.Add(table.ToJson());
        }

        if (settings.Json is { } file)
        {
            File.WriteAllText(file, results.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        }

        return 0;
    }

    private static RaceTable RunSize(RaceSettings settings, ModelSize size)
    {
        var contestants = Contestants(settings, size);
        var table = new RaceTable(settings, size, contestants);
        double[]? reference = null;
        for (int round = 1; round <= settings.Rounds; round++)
        {
            foreach (var contestant in contestants.Where(one => one.Absent is null))
            {
                Console.Error.WriteLine($"{size.Name}, round {round}: {contestant.Name}");
                if (contestant.Run(ref reference) is { } result)
                {
                    table.Add(contestant, result);
                }
                else
                {
                    Console.Error.WriteLine($"left out: {contestant.Name}: {contestant.Absent}");
                }
            }
        }

        return table;
    }

    private static List<Contestant> Contestants(RaceSettings settings, ModelSize size)
    {
        var order = new TurnOrder(
            ModelMaker.DirectoryOf(settings, size),
            "",
            settings.Threads,
            settings.Prompt,
            settings.Completion,
            settings.Rows
        );
        List<Contestant> contestants =
        [
            .. settings.Precisions.Select(precision => new OwnContestant(
                $"ours, {precision}",
                OwnPeer.Kind,
                order with
                {
                    Variant = precision,
                }
            )),
            .. settings.Types.Select(type => new OwnContestant(
                $"llama.cpp, {type}",
                LlamaPeer.Kind,
                order with
                {
                    Model = ModelMaker.FileOf(settings, size, type),
                }
            )),
            new OwnContestant("ours on libtorch, fp32", OwnPeer.Kind, order with { Variant = OwnPeer.Torch }),
        ];
        if (settings.Baseline is { } script)
        {
            contestants.Add(new PythonContestant(settings.Python, script, size.Config, order));
        }
        else
        {
            Console.Error.WriteLine("left out: PyTorch: no script is named (--baseline torch_baseline.py)");
        }

        return contestants;
    }

    /// <summary>Makes what is not there, in processes of their own, which give the memory back.</summary>
    private static bool Prepare(RaceSettings settings, ModelSize size)
    {
        Directory.CreateDirectory(settings.Work);
        string directory = ModelMaker.DirectoryOf(settings, size);
        bool isMade = File.Exists(Path.Combine(directory, "model.safetensors")) || Make(directory, size.Config);
        return isMade
            && settings.Types.All(type =>
                ModelMaker.FileOf(settings, size, type) is var file && (File.Exists(file) || Make(file, directory))
            );
    }

    private static bool Make(string target, string source)
    {
        Console.Error.WriteLine($"making {target}");
        using var process = PeerProcess.Start(ModelMaker.Kind, new TurnOrder(target, source, 0, 0, 0, []));
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            Console.Error.WriteLine(error);
        }

        return process.ExitCode == 0;
    }
}
