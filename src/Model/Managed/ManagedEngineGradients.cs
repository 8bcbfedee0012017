using Cppo.Model.Collectives;
using Cppo.Model.Engine;

namespace Cppo.Model.Managed;

/// <summary>The accumulated gradients, as copies and where they lie, and what other processes step of them.</summary>
internal sealed unsafe partial class ManagedEngine
{
    /// <inheritdoc/>
    public IReadOnlyList<NamedArray> ExportGradients() => adapter?.ExportGradients() ?? trained.Value.GradientArray.Export();

    /// <inheritdoc/>
    public void ImportGradients(IReadOnlyList<NamedArray> gradients)
    {
        if (adapter is not null)
        {
            adapter.ImportGradients(gradients);
            return;
        }

        trained.Value.GradientArray.Import(gradients);
    }

    /// <inheritdoc/>
    public Shards? Shards => adapter is null ? trained.Value.Optimizer.Shards : null;

    /// <inheritdoc/>
    public bool Divide(ICollective ranks)
    {
        if (adapter is not null)
        {
            return false;
        }

        trained.Value.Optimizer.Divide(ranks);
        return true;
    }

    /// <inheritdoc/>
    public void ShareOptimizer()
    {
        if (adapter is null)
        {
            trained.Value.Optimizer.Share();
        }
    }

    /// <inheritdoc/>
    public void EditGradients(int most, GradientEdit edit)
    {
        float* first = adapter is null ? trained.Value.GradientArray.Pointer : adapter.Gradients.Pointer;
        long count = adapter is null ? trained.Value.GradientArray.Layout.Length : adapter.Gradients.Layout.Length;
        if (Shards is { } shards)
        {
            foreach (var piece in shards.Pieces)
            {
                edit(new Span<float>(first + piece.Start, piece.Count));
            }

            return;
        }

        for (long at = 0; at < count; at += most)
        {
            edit(new Span<float>(first + at, (int)Math.Min(most, count - at)));
        }
    }
}
