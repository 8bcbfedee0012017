using System.Runtime.InteropServices;
using Cppo.Model.Engine;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>Gradients in the host's memory, a piece at a time, whatever device they lie on.</summary>
internal sealed class GradientPieces : IDisposable
{
    private Tensor? room;

    /// <summary>Gives all numbers of tensors, one tensor after the other, to a function that changes them, in pieces.</summary>
    /// <param name="gradients">Contiguous fp32.</param>
    /// <param name="most">Numbers of a piece, below 2^29.</param>
    /// <param name="edit">Changes a piece.</param>
    internal void Edit(IReadOnlyList<Tensor> gradients, int most, GradientEdit edit)
    {
        using var noGrad = no_grad();
        long total = gradients.Sum(gradient => gradient.numel());
        int size = (int)Math.Min(total, most);
        if (room is null || room.numel() != size)
        {
            room?.Dispose();
            room = empty(size, ScalarType.Float32, CPU).DetachFromDisposeScope();
        }

        for (long at = 0; at < total; at += size)
        {
            int count = (int)Math.Min(size, total - at);
            Copy(gradients, at, count, static (gradient, piece) => piece.copy_(gradient));
            edit(MemoryMarshal.Cast<byte, float>(room.bytes)[..count]);
            Copy(gradients, at, count, static (gradient, piece) => gradient.copy_(piece));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => room?.Dispose();

    /// <summary>Goes over what lies in a stretch of all numbers, with the place of each in the room.</summary>
    private void Copy(IReadOnlyList<Tensor> gradients, long start, int count, Action<Tensor, Tensor> copy)
    {
        long before = 0;
        foreach (var gradient in gradients)
        {
            long length = gradient.numel();
            long from = Math.Max(start, before);
            long to = Math.Min(start + count, before + length);
            if (from < to)
            {
                using var scope = NewDisposeScope();
                copy(gradient.view(-1).narrow(0, from - before, to - from), room!.narrow(0, from - start, to - from));
            }

            before += length;
        }
    }
}
