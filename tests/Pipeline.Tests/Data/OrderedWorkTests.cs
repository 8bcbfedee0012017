using Cppo.Pipeline.Data;

namespace Cppo.Pipeline.Tests.Data;

public class OrderedWorkTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(5_000)]
    public void Results_come_in_the_order_of_the_items(int count) =>
        Assert.Equal(
            Enumerable.Range(0, count).Select(item => item * 2),
            OrderedWork.Map(
                Enumerable.Range(0, count),
                _ => 1,
                item =>
                {
                    if (item % 700 == 0)
                    {
                        Thread.Sleep(5);
                    }

                    return item * 2;
                }
            )
        );

    [Fact]
    public void Heavy_items_are_not_read_far_ahead()
    {
        int read = 0;
        IEnumerable<int> Items()
        {
            for (; read < 1000; read++)
            {
                yield return read;
            }
        }

        // An item of a mebibyte is a chunk by itself.
        using var results = OrderedWork.Map(Items(), _ => 1 << 20, item => item).GetEnumerator();
        for (int taken = 0; taken < 100; taken++)
        {
            Assert.True(results.MoveNext());
        }

        Assert.InRange(read, 100, 100 + (2 * Environment.ProcessorCount));
    }

    [Fact]
    public void A_fault_of_the_work_comes_out_as_it_is() =>
        Assert.Throws<FormatException>(() =>
            OrderedWork.Map(Enumerable.Range(0, 1000), _ => 1, item => item == 600 ? throw new FormatException() : item).ToArray()
        );
}
