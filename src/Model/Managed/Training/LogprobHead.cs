// Letters: M completion tokens, R predicting rows, B those of one chunk, D hidden, V vocabulary.
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Kernels.Precision;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Training;

/// <summary>
/// From the final hidden rows to the targets' logprobs and back, a chunk of rows at a time, so that no more than one [B, V] array ever
/// exists. Backward computes the logits anew unless all rows were one chunk.
/// </summary>
internal sealed unsafe class LogprobHead(
    ForwardWeights weights,
    PackedRows packed,
    PassMemory memory,
    Team team,
    int rowsPerChunk,
    double temperature
)
{
    // 64 MB of logits.
    private const int MaxLogits = 1 << 24;

    private const int RowsPerTask = BackProduct.MaxRows;

    // Weights in fp32 and bf16 are multiplied with rows as they are.
    private static readonly PreparedRows NotPrepared = new();

    private readonly ModelShape shape = weights.Shape;
    private readonly float inverseTemperature = (float)(1 / temperature);

    /// <summary>Rows of logits that are held at once.</summary>
    internal static int RowsPerChunk(int maxTokens, int vocabulary) => Math.Clamp(MaxLogits / vocabulary, 1, maxTokens);

    /// <summary>Log softmax(logits / temperature) at the targets, [M].</summary>
    internal float[] Logprobs()
    {
        float[] logprobs = new float[packed.TargetIds.Length];
        ForChunks(
            isBackward: false,
            (row, logits) =>
            {
                float logSumExp = LogSoftmax.LogSumExp(logits, shape.Vocabulary, inverseTemperature);
                memory.LogSumExp[row] = logSumExp;
                foreach (int target in packed.Targets(row))
                {
                    logprobs[target] = (logits[packed.TargetIds[target]] * inverseTemperature) - logSumExp;
                }
            }
        );
        return logprobs;
    }

    /// <summary>
    /// From the loss gradient by each logprob [M] to that by the final hidden rows, which <paramref name="gradients"/> takes as by-input
    /// [R, D]; adds the head's weight gradients to <paramref name="into"/>, unless that is null.
    /// </summary>
    internal void Backward(float[] byLogprob, BackwardMemory gradients, ForwardWeights? into)
    {
        ForChunks(
            isBackward: true,
            (row, logits) =>
            {
                var places = packed.Targets(row);
                var targets = places.Count <= 256 ? stackalloc int[places.Count] : new int[places.Count];
                var gradients = places.Count <= 256 ? stackalloc float[places.Count] : new float[places.Count];
                for (int i = 0; i < places.Count; i++)
                {
                    (targets[i], gradients[i]) = (packed.TargetIds[places[i]], byLogprob[places[i]]);
                }

                LogSoftmax.Backward(logits, shape.Vocabulary, inverseTemperature, memory.LogSumExp[row], targets, gradients);
            },
            (first, end, logits, thread) =>
                BackProduct.Multiply(
                    shape.Level,
                    end - first,
                    logits,
                    shape.Vocabulary,
                    weights.Head,
                    gradients.ByInput + ((nint)first * shape.Hidden),
                    shape.Hidden,
                    gradients.BackScratch(thread)
                ),
            into is null
                ? null
                : (first, end) =>
                {
                    var byLogits = Strips.OfRows(memory.Logits, WeightGradient.OutputStrip, shape.Vocabulary);
                    var inputs = Strips.OfRows(memory.Hidden + ((nint)first * shape.Hidden), WeightGradient.InputStrip, shape.Hidden);
                    team.Run(
                        into.Head.NumPanels,
                        (panel, _) => WeightGradient.Add(shape.Level, panel, 0, end - first, byLogits, inputs, into.Head)
                    );
                }
        );
    }

    /// <summary>
    /// Logits of every chunk; <paramref name="forRow"/>(row, logits) for each row, then <paramref name="forRows"/>(first, end, logits,
    /// thread) for the rows of a task, and <paramref name="forChunk"/>(first, end) when a chunk is complete.
    /// </summary>
    private void ForChunks(bool isBackward, RowAction forRow, RowsAction? forRows = null, Action<int, int>? forChunk = null)
    {
        bool kept = isBackward && packed.NumPredicting <= rowsPerChunk;
        for (int start = 0; start < packed.NumPredicting; start += rowsPerChunk)
        {
            int chunk = start,
                count = Math.Min(rowsPerChunk, packed.NumPredicting - start);
            team.Run(
                (count + RowsPerTask - 1) / RowsPerTask,
                (task, thread) =>
                {
                    int first = chunk + (task * RowsPerTask),
                        end = Math.Min(first + RowsPerTask, chunk + count);
                    float* logits = memory.Logits + ((nint)(first - chunk) * shape.Vocabulary);
                    if (!kept)
                    {
                        RightFactors.Multiply(
                            shape.Level,
                            end - first,
                            memory.Hidden + ((nint)first * shape.Hidden),
                            shape.Hidden,
                            NotPrepared,
                            weights.HeadFactor,
                            0,
                            weights.HeadFactor.NumPanels,
                            null,
                            0,
                            logits,
                            shape.Vocabulary
                        );
                    }

                    for (int row = first; row < end; row++)
                    {
                        forRow(row, logits + ((nint)(row - first) * shape.Vocabulary));
                    }

                    forRows?.Invoke(first, end, logits, thread);
                }
            );
            forChunk?.Invoke(chunk, chunk + count);
        }
    }

    private delegate void RowAction(int row, float* logits);

    private delegate void RowsAction(int first, int end, float* logits, int thread);
}
