using System.Numerics;

namespace Cppo.Model.Collectives;

/// <summary>Sums of several ranks' values, element by element, in the order of ranks.</summary>
internal static unsafe class OrderedFold
{
    /// <summary>result[i] = ((x0[i] + x1[i]) + x2[i]) + ...; the result may be one of the sources.</summary>
    /// <param name="sources">Where each rank's values lie, by rank.</param>
    /// <param name="ranks">At least 2.</param>
    /// <param name="result">Where the sums go.</param>
    /// <param name="count">Values of each.</param>
    public static void Add(float** sources, int ranks, float* result, long count)
    {
        int width = Vector<float>.Count;
        long index = 0;
        for (; index <= count - (4 * width); index += 4 * width)
        {
            float* first = sources[0] + index;
            var a = Vector.Load(first);
            var b = Vector.Load(first + width);
            var c = Vector.Load(first + (2 * width));
            var d = Vector.Load(first + (3 * width));
            for (int rank = 1; rank < ranks; rank++)
            {
                float* next = sources[rank] + index;
                a += Vector.Load(next);
                b += Vector.Load(next + width);
                c += Vector.Load(next + (2 * width));
                d += Vector.Load(next + (3 * width));
            }

            a.Store(result + index);
            b.Store(result + index + width);
            c.Store(result + index + (2 * width));
            d.Store(result + index + (3 * width));
        }

        for (; index < count; index++)
        {
            float sum = sources[0][index];
            for (int rank = 1; rank < ranks; rank++)
            {
                sum += sources[rank][index];
            }

            result[index] = sum;
        }
    }
}
