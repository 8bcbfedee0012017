using System.Text;
using System.Text.Json;
using Cppo.Pipeline.Data;
using Cppo.Stages;

namespace Cppo.Pipeline.Bench;

/// <summary>Completions for the reward benchmark: from a file, or made up in the manner of answers to GSM8K.</summary>
internal static class RewardSamples
{
    private static readonly string[] Names = ["Natalia", "Weng", "Betty", "Julie", "James", "Mark", "Albert", "Ken"];
    private static readonly string[] Things = ["clips", "dollars", "pages", "letters", "flowers", "slices", "pounds", "crayons"];
    private static readonly string[] Steps =
    [
        "First, we need to find how many {2} {0} had at the start, which the question gives as {1}.",
        "Then {0} gets {1} more {2}, so we add that number to what was there before.",
        "Half of the {2} is {1} / 2, because the question says that {0} gave half of them away.",
        "Step 2: we multiply {1} by 3 to get the {2} of all three days together.",
        "Since each friend receives the same share, we divide the {2} by {1}.",
        "Let's subtract the {1} {2} that {0} has already used from the total.",
    ];

    /// <summary>The group of a question in generated samples, and the most in one of a file.</summary>
    private const int GroupSize = 16;

    /// <summary>
    /// Completions of 60 to 180 words with their answers, the same every time: about two in three right, one in four with a broken
    /// format, some with the answer in other words ("12 dollars", "12.0").
    /// </summary>
    public static RewardSample[] Generate(int count) => [.. Enumerable.Range(0, count).Select(One)];

    /// <summary>Reads rows with <c>gold</c> or <c>answer</c>, and <c>completion</c> or <c>pred</c>.</summary>
    /// <exception cref="DataException">A row lacks one of them, or the file has no row.</exception>
    public static RewardSample[] Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new DataException($"{path} does not exist; give a JSON Lines file with the fields gold and completion.");
        }

        RewardSample[] samples =
        [
            .. File.ReadLines(path)
                .Select((line, index) => (line, index))
                .Where(row => row.line.Trim().Length > 0)
                .Select(row => Parse(path, row.line, row.index + 1)),
        ];
        return samples.Length > 0
            ? samples
            : throw new DataException($"{path} is empty; give it rows with the fields gold and completion.");
    }

    /// <summary>Neighbours with the same gold answer as groups of one question; tokens are taken to have four letters.</summary>
    public static RolloutGroup[] Group(RewardSample[] samples)
    {
        var groups = new List<List<RewardSample>>();
        foreach (var sample in samples)
        {
            if (groups.Count == 0 || groups[^1].Count == GroupSize || groups[^1][0].Answer != sample.Answer)
            {
                groups.Add([]);
            }

            groups[^1].Add(sample);
        }

        return
        [
            .. groups.Select(
                (group, index) =>
                    new RolloutGroup(
                        new Question($"{index}", "", group[0].Answer, index, []),
                        [],
                        0,
                        0,
                        "cpu",
                        [
                            .. group.Select(
                                (sample, place) =>
                                    new Completion(
                                        place,
                                        new int[Math.Max(1, sample.Completion.Length / 4)],
                                        [],
                                        sample.Completion,
                                        FinishReason.Stop
                                    )
                            ),
                        ],
                        DateTimeOffset.UnixEpoch
                    )
            ),
        ];
    }

    private static RewardSample Parse(string path, string line, int number)
    {
        try
        {
            using var row = JsonDocument.Parse(line);
            return new(Text(row.RootElement, "gold", "answer"), Text(row.RootElement, "completion", "pred"));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new DataException($"{path}, line {number} is no JSON object with the texts gold (or answer) and completion (or pred).");
        }
    }

    private static string Text(JsonElement row, string name, string otherName) =>
        (row.TryGetProperty(name, out var value) ? value : row.GetProperty(otherName)).GetString()!;

    private static RewardSample One(int index)
    {
        int draws = 0;
        int Draw(int below) => (int)(Counted.uniform(1, index, 0, draws++) * below);

        int answer = 1 + (int)(Counted.uniform(2, index / GroupSize, 0, 0) * 2000);
        var text = new StringBuilder("<think>");
        for (int steps = 4 + Draw(8); steps > 0; steps--)
        {
            text.AppendFormat(null, Steps[Draw(Steps.Length)], Names[Draw(Names.Length)], 1 + Draw(500), Things[Draw(Things.Length)])
                .Append('\n');
        }

        string given =
            (Draw(3) > 0 ? answer : answer + 1 + Draw(9))
            + Draw(8) switch
            {
                0 => " " + Things[Draw(Things.Length)],
                1 => ".0",
                _ => "",
            };
        text.Append(
            Draw(4) switch
            {
                0 => $"</think> The answer is {given}.",
                1 => $"</think>\n\n<answer>{given}</answer>",
                _ => $"</think>\n<answer>{given}</answer>",
            }
        );
        return new($"The steps give {answer}.\n#### {answer}", text.ToString());
    }
}
