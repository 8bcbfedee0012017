using Cppo.Model.Files;

namespace Cppo.Model.Tests.Files;

public class AtomicDirectoryTests
{
    [Fact]
    public void A_directory_appears_when_it_is_put_and_takes_the_place_of_the_one_before()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("model");
        foreach (string content in new[] { "first", "second" })
        {
            string aside = AtomicDirectory.Begin(path);
            File.WriteAllText(Path.Combine(aside, "a"), content);
            AtomicDirectory.Flush(path);
            Assert.Equal(content == "second", Directory.Exists(path));
            AtomicDirectory.Put(path);
            Assert.Equal(content, File.ReadAllText(Path.Combine(path, "a")));
            Assert.Equal([path], Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
        }
    }

    [Fact]
    public void What_an_interrupted_one_left_is_not_part_of_the_next()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("model");
        File.WriteAllText(Path.Combine(AtomicDirectory.Begin(path), "half"), "h");
        Assert.Empty(Directory.GetFileSystemEntries(AtomicDirectory.Begin(path)));
    }

    [Fact]
    public void Remove_takes_the_name_away_first()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("model"),
            file = Path.Combine(path, "a");
        Directory.CreateDirectory(path);
        File.WriteAllText(file, "a");
        bool wasThere = false;
        DurableFiles.Changing += See;
        try
        {
            AtomicDirectory.Remove(path);
            AtomicDirectory.Remove(path);
        }
        finally
        {
            DurableFiles.Changing -= See;
        }

        Assert.False(wasThere);
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));

        void See(FileChange change) =>
            wasThere |=
                change.Kind == FileChangeKind.Delete && change.Path.StartsWith(path, StringComparison.Ordinal) && Directory.Exists(path);
    }
}
