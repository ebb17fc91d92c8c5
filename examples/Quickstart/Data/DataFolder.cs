using Examples;
using Microsoft.ML;

namespace Quickstart.Data;

/// <summary>Finds out what the files of a folder hold.</summary>
internal static class DataFolder
{
    private const string KnownFormats = """
        Looked for one of these in the training file:
          class TAB ... TAB sentence                        sentences with a class
          word TAB tag ..., empty lines between sentences   sentences with a tag for each word
          series TAB class TAB step TAB value ...           series in long form, a line for each step
          class TAB value TAB value ...                     series of numbers, a line each
          x1,y1,x2,y2,...,class                             paths of a pen, a line each
        """;

    /// <summary>Reads a folder.</summary>
    /// <param name="ml">ML.NET.</param>
    /// <param name="folder">Holds <c>train</c> and <c>test</c>, .tsv, .csv or .txt, perhaps .gz.</param>
    /// <param name="holdOut">Training rows to test on instead of the test rows; null for the test rows.</param>
    /// <param name="labelColumn">Column of the class or tag, from 1, where it isn't the usual one.</param>
    /// <exception cref="InvalidDataException">A file is missing or of no format that is known.</exception>
    internal static DataSet Load(MLContext ml, string folder, HoldOut? holdOut, int? labelColumn)
    {
        if (!Directory.Exists(folder))
            throw new InvalidDataException($"There is no folder {Path.GetFullPath(folder)}.");
        var name = new DirectoryInfo(folder).Name;
        var train = Find(folder, "train");
        var test = holdOut is null ? Find(folder, "test") : null;
        // The last line of the sample may be all there is of a longer sentence or series: that does no harm.
        string[] sample = [.. TextLines.Read(train).Take(300)];
        string[] filled = [.. sample.Where(line => line.Length > 0)];
        if (filled.Length == 0)
            throw new InvalidDataException($"{train} is empty.");
        return TaggedSentences.Matches(sample) ? TaggedSentences.Load(ml, name, train, test, holdOut, labelColumn ?? 2)
            : LabelledText.Matches(filled) ? LabelledText.Load(ml, name, train, test, holdOut, labelColumn ?? 1)
            : LongSeries.Matches(filled) ? LongSeries.Load(ml, name, train, test, holdOut)
            : SeriesRows.MatchesSeries(filled) ? SeriesRows.LoadSeries(ml, name, train, test, holdOut)
            : SeriesRows.MatchesPoints(filled) ? SeriesRows.LoadPoints(ml, name, train, test, holdOut)
            : throw new InvalidDataException($"{train}: the format is not known.\n{KnownFormats}");
    }

    private static string Find(string folder, string name)
    {
        string[] endings = [".tsv", ".csv", ".txt"];
        string[] candidates = [.. endings.SelectMany(ending => (string[])[name + ending, name + ending + ".gz"])];
        return candidates.Select(candidate => Path.Combine(folder, candidate)).FirstOrDefault(File.Exists)
            ?? throw new InvalidDataException(
                $"{Path.GetFullPath(folder)} has no {name} file. Looked for {string.Join(", ", candidates)}; found "
                + $"{string.Join(", ", Directory.GetFiles(folder).Select(Path.GetFileName).Take(10).DefaultIfEmpty("nothing"))}.");
    }
}
