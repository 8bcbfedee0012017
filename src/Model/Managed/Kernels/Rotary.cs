// Letters: L positions, C width of a head.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cppo.Model.Decoders;

namespace Cppo.Model.Managed.Kernels;

/// <summary>Rotary position embedding: turns the pair (x[i], x[i + C/2]) of a head by the angle position * frequency[i].</summary>
internal sealed unsafe class Rotary
{
    private readonly int half;
    private readonly float[] frequencies;
    private readonly Lock growth = new();
    private volatile Table table = new(0, 1);

    internal Rotary(DecoderConfig config)
    {
        half = config.HeadSize / 2;
        frequencies = RotaryFrequencies.Of(config);
    }

    /// <summary>
    /// Cosines and sines of positions 0 .. <paramref name="positions"/> - 1 or more, shape [L, 2, C / 2], in fp32 as the reference computes
    /// them.
    /// </summary>
    internal Table For(int positions)
    {
        if (table.Positions < positions)
        {
            lock (growth)
            {
                if (table.Positions < positions)
                {
                    table = Make(Math.Max(positions, 2 * table.Positions));
                }
            }
        }

        return table;
    }

    /// <summary>Turns one head by the angles of a position, in place; backward turns the other way.</summary>
    internal static void Turn(float* x, float* angles, int half, bool backward)
    {
        float* cosines = angles;
        float* sines = angles + half;
        float sign = backward ? -1 : 1;
        int i = 0;
        for (; i <= half - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> a = Vector.Load(x + i),
                b = Vector.Load(x + half + i);
            Vector<float> cosine = Vector.Load(cosines + i),
                sine = Vector.Load(sines + i) * sign;
            Vector.MultiplyAddEstimate(a, cosine, -(b * sine)).Store(x + i);
            Vector.MultiplyAddEstimate(b, cosine, a * sine).Store(x + half + i);
        }

        for (; i < half; i++)
        {
            float a = x[i],
                b = x[half + i];
            x[i] = (a * cosines[i]) - (b * sines[i] * sign);
            x[half + i] = (b * cosines[i]) + (a * sines[i] * sign);
        }
    }

    private Table Make(int positions)
    {
        var made = new Table(positions, half);
        for (int position = 0; position < positions; position++)
        {
            float* angles = made.At(position);
            for (int i = 0; i < half; i++)
            {
                (angles[half + i], angles[i]) = MathF.SinCos(position * frequencies[i]);
            }
        }

        return made;
    }

    /// <summary>Angles of a number of positions; never changed once made.</summary>
    internal sealed class Table(int positions, int half)
    {
        private readonly float[] values = GC.AllocateUninitializedArray<float>(positions * 2 * half, pinned: true);

        internal int Positions => positions;

        /// <summary>C / 2 cosines, then C / 2 sines.</summary>
        internal float* At(int position) =>
            (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(values)) + ((nint)position * 2 * half);
    }
}
