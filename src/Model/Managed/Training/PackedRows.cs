// Letters: N rows, M completion tokens, S places for keys and values.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Layers;
using Cppo.Stages;

namespace Cppo.Model.Managed.Training;

/// <summary>
/// A micro-batch as rows of tokens without padding: each distinct prompt once, what all prompts begin with once for all, each completion
/// without its last token, whose successor nobody asks for. Rows that predict no completion token, all of a prompt but its last, come
/// first: after the last layer's keys and values nothing needs them.
/// Example: prompts [a b] and [c], completions [x y z] and [u v] of the first, [w] of the second give the rows a | b c | x y u; b predicts
/// x and u.
/// </summary>
internal sealed class PackedRows
{
    private readonly List<int>[] targetsOfRow;

    internal PackedRows(MicroBatch batch)
    {
        int[][] prompts = batch.Prompts;
        int common = CommonPrefix.Length(prompts);
        FirstPredicting = prompts.Sum(prompt => prompt.Length - 1 - common) + common;
        TargetIds = [.. batch.Samples.SelectMany(sample => sample.TokenIds)];
        int[] promptPlaces = new int[prompts.Length];
        QuestionRows = [.. prompts.Select(_ => new List<(int, int)>())];
        QuestionPlaces = new (int First, int Count)[prompts.Length];
        int[] samplePlaces = AssignPlaces(batch, promptPlaces);
        AddPrompts(prompts, common, promptPlaces);
        targetsOfRow =
        [
            .. Enumerable
                .Range(0, prompts.Length + batch.Samples.Sum(sample => Math.Max(0, sample.TokenIds.Length - 1)))
                .Select(_ => new List<int>(1)),
        ];
        AddCompletions(batch, promptPlaces, samplePlaces);
    }

    internal RowBatch Rows { get; } = new();

    /// <summary>The first row that predicts a completion token; all later ones do.</summary>
    internal int FirstPredicting { get; }

    /// <summary>Rows that predict.</summary>
    internal int NumPredicting => Rows.Count - FirstPredicting;

    /// <summary>S, a multiple of 32.</summary>
    internal int NumPlaces { get; private set; }

    /// <summary>The rows of each prompt and its completions, by prompt, in stretches that are as long as can be.</summary>
    internal List<(int First, int End)>[] QuestionRows { get; }

    /// <summary>The places of each prompt and its completions, by prompt.</summary>
    internal (int First, int Count)[] QuestionPlaces { get; }

    /// <summary>The completion tokens, sample by sample, [M].</summary>
    internal int[] TargetIds { get; }

    /// <summary>The places in <see cref="TargetIds"/> that the predicting row with this number, from 0, predicts.</summary>
    internal List<int> Targets(int predicting) => targetsOfRow[predicting];

    /// <summary>A stretch of places for each sequence, those of a question together; returns the samples' first places.</summary>
    private int[] AssignPlaces(MicroBatch batch, int[] promptPlaces)
    {
        int[] samplePlaces = new int[batch.Samples.Length];
        var samplesOfPrompt = Enumerable.Range(0, batch.Samples.Length).ToLookup(i => batch.Samples[i].Prompt);
        for (int prompt = 0; prompt < promptPlaces.Length; prompt++)
        {
            int first = NumPlaces;
            promptPlaces[prompt] = Take(batch.Prompts[prompt].Length);
            foreach (int sample in samplesOfPrompt[prompt])
            {
                samplePlaces[sample] = Take(batch.Samples[sample].TokenIds.Length - 1);
            }

            QuestionPlaces[prompt] = (first, NumPlaces - first);
        }

        return samplePlaces;
    }

    private int Take(int tokens)
    {
        int first = NumPlaces;
        NumPlaces += KeyValues.WholePanels(Math.Max(0, tokens));
        return first;
    }

    /// <summary>The rows that all prompts begin with are the first prompt's.</summary>
    private void AddPrompts(int[][] prompts, int common, int[] places)
    {
        Rows.CopyFirst(common, common == 0 ? [] : places[1..]);
        for (int prompt = 0; prompt < prompts.Length; prompt++)
        {
            for (int i = prompt == 0 ? 0 : common; i < prompts[prompt].Length - 1; i++)
            {
                AddRow(prompt, prompts[prompt][i], new Sight(0, 0, places[prompt], i + 1));
            }
        }

        for (int prompt = 0; prompt < prompts.Length; prompt++)
        {
            AddRow(prompt, prompts[prompt][^1], new Sight(0, 0, places[prompt], prompts[prompt].Length));
        }
    }

    private void AddCompletions(MicroBatch batch, int[] promptPlaces, int[] samplePlaces)
    {
        int target = 0;
        for (int i = 0; i < batch.Samples.Length; i++)
        {
            var sample = batch.Samples[i];
            for (int token = 0; token < sample.TokenIds.Length; token++)
            {
                int row = token == 0 ? FirstPredicting + sample.Prompt : Rows.Count - 1;
                targetsOfRow[row - FirstPredicting].Add(target++);
                if (token < sample.TokenIds.Length - 1)
                {
                    AddRow(
                        sample.Prompt,
                        sample.TokenIds[token],
                        new Sight(promptPlaces[sample.Prompt], batch.Prompts[sample.Prompt].Length, samplePlaces[i], token + 1)
                    );
                }
            }
        }
    }

    private void AddRow(int question, int token, in Sight sight)
    {
        var stretches = QuestionRows[question];
        if (stretches.Count > 0 && stretches[^1].End == Rows.Count)
        {
            stretches[^1] = (stretches[^1].First, Rows.Count + 1);
        }
        else
        {
            stretches.Add((Rows.Count, Rows.Count + 1));
        }

        Rows.Add(token, sight);
    }
}
