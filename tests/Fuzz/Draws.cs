namespace Cppo.Fuzz;

/// <summary>The random numbers of one input, the same on every machine.</summary>
internal sealed class Draws
{
    private readonly Random random;

    public Draws(int seed, string reader, int number)
    {
        uint hash = 2166136261;
        foreach (char c in $"{seed} {reader} {number}")
        {
            hash = (hash ^ c) * 16777619;
        }

        random = new Random((int)(hash & int.MaxValue));
    }

    /// <summary>0 .. below - 1.</summary>
    public int Int(int below) => random.Next(Math.Max(1, below));

    public bool Chance(double probability) => random.NextDouble() < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[Int(items.Count)];

    public byte Byte() => (byte)random.Next(256);

    /// <summary>Mostly small: 1, 2, 3, ... with halving chances.</summary>
    public int Few()
    {
        int count = 1;
        while (count < 12 && Chance(0.5))
        {
            count++;
        }

        return count;
    }
}
