using System.CommandLine;

namespace Cppo.Peers;

/// <summary>The command line.</summary>
internal static class RaceCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var sizes = List("--sizes", $"Models: {string.Join(", ", ModelSize.All.Select(size => size.Name))}.", "0.85m,27m,0.5b");
        var rows = List("--rows", "Completions of the prompt, side by side.", "16,64");
        var precisions = List("--precisions", "Values of rollout.precision for this project's engine.", "fp32");
        var types = List("--types", "Number types of llama.cpp's files.", "f16,bf16,q8_0");
        var prompt = Count("--prompt", "Tokens of the prompt.", 64);
        var completion = Count("--completion", "Tokens of a completion, at least 2.", 128);
        var rounds = Count("--rounds", "Turns of each contestant; the median counts.", 3);
        var threads = Count("--threads", "CPU threads of each contestant.", 2);
        var work = Text("--work", "Where models are made and kept.", "artifacts/peers");
        var json = new Option<string?>("--json") { Description = "Write the results to this file, too." };
        var baseline = new Option<string?>("--baseline") { Description = "A script of PyTorch that takes the options of `bench`." };
        var python = Text("--python", "The interpreter for it.", "python3");
        var root = new RootCommand(
            "Rollouts of this project's engines against llama.cpp's and PyTorch's, in turns, each in a process of its own."
        );
        Option[] options = [sizes, rows, precisions, types, prompt, completion, rounds, threads, work, json, baseline, python];
        foreach (var option in options)
        {
            root.Add(option);
        }

        root.SetAction(line =>
        {
            string[] names = Split(line.GetValue(sizes)!);
            if (names.FirstOrDefault(name => ModelSize.All.All(size => size.Name != name)) is { } unknown)
            {
                Console.Error.WriteLine(
                    $"--sizes: there is no {unknown}; there are {string.Join(", ", ModelSize.All.Select(s => s.Name))}."
                );
                return 2;
            }

            int[] counts = [.. Split(line.GetValue(rows)!).Select(text => int.TryParse(text, out int count) ? count : 0)];
            if (counts.Any(count => count < 1) || line.GetValue(completion) < 2)
            {
                Console.Error.WriteLine("--rows are whole numbers, each at least 1, and --completion is at least 2.");
                return 2;
            }

            return Race.Run(
                new RaceSettings
                {
                    Sizes = [.. ModelSize.All.Where(size => names.Contains(size.Name))],
                    Rows = counts,
                    Precisions = Split(line.GetValue(precisions)!),
                    Types = Split(line.GetValue(types)!),
                    Prompt = line.GetValue(prompt),
                    Completion = line.GetValue(completion),
                    Rounds = line.GetValue(rounds),
                    Threads = line.GetValue(threads),
                    Work = line.GetValue(work)!,
                    Json = line.GetValue(json),
                    Baseline = line.GetValue(baseline),
                    Python = line.GetValue(python)!,
                }
            );
        });
        // A signal ends the process at once, and the contestant sees that its input ends.
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Option<string> List(string name, string description, string value) =>
        Text(name, $"{description} Separated by commas.", value);

    private static Option<string> Text(string name, string description, string value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    private static Option<int> Count(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, out int count) || count < 1))
            {
                result.AddError($"{name} is a whole number of at least 1.");
            }
        });
        return option;
    }
}
