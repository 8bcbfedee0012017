using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using LLama;
using LLama.Common;
using LLama.Native;

namespace Cppo.Peers;

/// <summary>
/// llama.cpp through LLamaSharp: the prompt is decoded once and its keys and values shared by all completions, which then go on side by
/// side, a batch a token. The next token is the one with the largest logit, the cheapest there is.
/// </summary>
internal sealed class LlamaPeer : IPeer
{
    public const string Kind = "llama";

    private readonly TurnOrder order;
    private readonly LLamaWeights weights;
    private readonly int[] prompt;

    public LlamaPeer(TurnOrder order)
    {
        this.order = order;
        NativeLibraryConfig.All.WithLogCallback((_, _) => { });
        weights = LLamaWeights.LoadFromFile(Parameters(rows: 1));
        prompt = order.PromptIds(weights.Vocab.Count);
    }

    public string Engine => $"llama.cpp, LLamaSharp {typeof(LLamaWeights).Assembly.GetName().Version?.ToString(3)}";

    public double[] Logprobs()
    {
        using var context = weights.CreateContext(Parameters(rows: 1));
        var batch = new LLamaBatch();
        for (int i = 0; i < prompt.Length; i++)
        {
            batch.Add(prompt[i], i, (LLamaSeqId)0, logits: true);
        }

        Decode(context, batch);
        double[] logprobs = new double[prompt.Length - 1];
        for (int i = 0; i < logprobs.Length; i++)
        {
            var logits = context.NativeHandle.GetLogitsIth(i);
            double sum = 0;
            foreach (float logit in logits)
            {
                sum += Math.Exp(logit);
            }

            logprobs[i] = logits[prompt[i + 1]] - Math.Log(sum);
        }

        return logprobs;
    }

    public Measurement Measure(int rows, int completion)
    {
        using var context = weights.CreateContext(Parameters(rows));
        var memory = context.NativeHandle;
        var batch = new LLamaBatch();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < prompt.Length; i++)
        {
            batch.Add(prompt[i], i, (LLamaSeqId)0, logits: i == prompt.Length - 1);
        }

        Decode(context, batch);
        int[] next = new int[rows];
        Array.Fill(next, IndexOfLargest(memory.GetLogitsIth(prompt.Length - 1)));
        for (int row = 1; row < rows; row++)
        {
            memory.MemorySequenceCopy((LLamaSeqId)0, (LLamaSeqId)row, -1, -1);
        }

        double promptSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        for (int token = 1; token < completion; token++)
        {
            batch.Clear();
            for (int row = 0; row < rows; row++)
            {
                batch.Add(next[row], prompt.Length + token - 1, (LLamaSeqId)row, logits: true);
            }

            Decode(context, batch);
            for (int row = 0; row < rows; row++)
            {
                next[row] = IndexOfLargest(memory.GetLogitsIth(row));
            }
        }

        return new Measurement(rows, Stopwatch.GetElapsedTime(start).TotalSeconds, promptSeconds);
    }

    public void Dispose() => weights.Dispose();

    private ModelParams Parameters(int rows) =>
        new(order.Model)
        {
            // Of its own for each sequence: attention then reads no other one's keys and values.
            ContextSize = (uint)(rows * ((order.Prompt + order.Completion + 255) / 256 * 256)),
            SeqMax = (uint)rows,
            KVUnified = false,
            BatchSize = (uint)Math.Max(512, rows),
            UBatchSize = (uint)Math.Max(512, rows),
            GpuLayerCount = 0,
            Threads = order.Threads,
            BatchThreads = order.Threads,
        };

    private static void Decode(LLamaContext context, LLamaBatch batch)
    {
        var result = context.Decode(batch);
        if (result != DecodeResult.Ok)
        {
            throw new InvalidOperationException($"llama.cpp decoded no batch: {result}.");
        }
    }

    private static int IndexOfLargest(ReadOnlySpan<float> logits)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(logits);
        var largest = vectors[0];
        foreach (var vector in vectors)
        {
            largest = Vector.Max(largest, vector);
        }

        float most = logits[^1];
        for (int lane = 0; lane < Vector<float>.Count; lane++)
        {
            most = Math.Max(most, largest[lane]);
        }

        foreach (float logit in logits[(vectors.Length * Vector<float>.Count)..])
        {
            most = Math.Max(most, logit);
        }

        return logits.IndexOf(most);
    }
}
