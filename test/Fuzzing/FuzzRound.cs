using System.Diagnostics;

namespace MLSeqGraph.Tests.Fuzzing;

/// <summary>Has a loader read changed files, and looks at what comes of it.</summary>
internal static class FuzzRound
{
    private const long AlwaysAllowed = 64 << 20, MostGrowth = 20;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <param name="Name">The loader.</param>
    /// <param name="Read">Changed files that could be read all the same.</param>
    /// <param name="Refused">Those that were refused with a documented exception.</param>
    /// <param name="Wrong">What else happened, with the file in base 64.</param>
    internal sealed record Outcome(string Name, long Read, long Refused, IReadOnlyList<string> Wrong)
    {
        public override string ToString() => $"{Name}: {Read + Refused + Wrong.Count:N0} files, {Read:N0} read, {Refused:N0} refused, "
            + $"{Wrong.Count} wrong{string.Concat(Wrong.Take(5).Select(wrong => "\n  " + wrong))}";
    }

    /// <param name="loader">Reads the files.</param>
    /// <param name="files">How many, where <paramref name="time"/> suffices.</param>
    /// <param name="seed">Decides which.</param>
    /// <param name="time">When to end at the latest; null for never.</param>
    internal static Outcome Run(FuzzedLoader loader, long files, int seed, TimeSpan? time = null)
    {
        foreach (var whole in loader.Whole)
            loader.Load(whole);
        var (random, clock) = (new Random(seed), Stopwatch.StartNew());
        long read = 0, refused = 0;
        List<string> wrong = [];
        for (; files > 0 && (time is null || clock.Elapsed < time) && wrong.Count < 100; files--)
        {
            var file = Mutation.Of(loader.Whole, random);
            var (allocated, start) = (GC.GetAllocatedBytesForCurrentThread(), clock.Elapsed);
            string? problem = null;
            try
            {
                loader.Load(file);
                read++;
            }
            catch (Exception error)
            {
                if (!loader.Documented.Contains(error.GetType()))
                    problem = $"{error.GetType().Name}: {error.Message.Split('\n')[0]} {error.StackTrace?.Split('\n')[0].Trim()}";
                else
                    refused++;
            }
            var (memory, took) = (GC.GetAllocatedBytesForCurrentThread() - allocated, clock.Elapsed - start);
            problem ??= memory > AlwaysAllowed + MostGrowth * file.Length ? $"{memory:N0} bytes of memory for {file.Length:N0}"
                : took > Longest ? $"{took.TotalSeconds:0.0} s" : null;
            if (problem is not null)
                wrong.Add($"{problem} | {Convert.ToBase64String(file)[..Math.Min(4000, (file.Length + 2) / 3 * 4)]}");
        }
        return new(loader.Name, read, refused, wrong);
    }
}
