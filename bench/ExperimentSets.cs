using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.Bench;

/// <summary>A data set that experiments are compared on: rows to train on and rows to test on.</summary>
/// <param name="Name">Its folder.</param>
/// <param name="Train">Rows to train on.</param>
/// <param name="Test">Rows to test on.</param>
/// <param name="Portfolio">What is tried on it.</param>
/// <param name="Features">The number of numbers of a row; 0 of texts.</param>
internal sealed record ExperimentSet(string Name, IReadOnlyList<ExperimentSet.Row> Train, IReadOnlyList<ExperimentSet.Row> Test,
    Func<PortfolioPreset, Portfolio> Portfolio, int Features = 0)
{
    /// <summary>The sets of a folder, by name.</summary>
    internal static IReadOnlyDictionary<string, Func<string, ExperimentSet>> All { get; } =
        new Dictionary<string, Func<string, ExperimentSet>>
        {
            ["trec"] = folder => Texts("trec", Lines(folder, "trec/train.tsv", '\t', 0, 2), Lines(folder, "trec/test.tsv", '\t', 0, 2)),
            ["mr"] = folder => Split("mr", [.. Lines(folder, "mr/rt-polarity.pos.txt", '\0', -1, 0),
                .. Lines(folder, "mr/rt-polarity.neg.txt", '\0', -1, 0)]),
            ["dna_splice"] = folder => Split("dna_splice", [.. Lines(folder, "dna_splice/splice.tsv", '\t', 0, 2)
                .Select(row => new Row { Label = row.Label, Text = string.Join(' ', row.Text.AsEnumerable()) })]),
            // Eight points of a pen.
            ["pendigits"] = folder => Numbers("pendigits", preset => Series(8, 2, preset),
                Vectors(folder, "pendigits/train.csv", ',', isLabelLast: true),
                Vectors(folder, "pendigits/test.csv", ',', isLabelLast: true)),
            ["image_digits8x8"] = folder => Numbers("image_digits8x8",
                preset => Experiments.Portfolio.ForImages(PortfolioTask.Classification, new(8, 8), preset),
                Vectors(folder, "image_digits8x8/train.tsv", '\t', true),
                Vectors(folder, "image_digits8x8/test.tsv", '\t', true)),
            ["ts_italypowerdemand"] = folder => Numbers("ts_italypowerdemand", preset => Series(24, 1, preset),
                Vectors(folder, "ts_italypowerdemand/train.tsv", '\t', false),
                Vectors(folder, "ts_italypowerdemand/test.tsv", '\t', false)),
        };

    /// <summary>Rows as a view.</summary>
    internal IDataView View(MLContext ml, IEnumerable<Row> rows)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        if (Features > 0)
            schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Features);
        return ml.Data.LoadFromEnumerable(rows.ToArray(), schema);
    }

    private static Portfolio Series(int steps, int channels, PortfolioPreset preset) =>
        Experiments.Portfolio.ForSeries(PortfolioTask.Classification, steps, channels, preset);

    private static ExperimentSet Texts(string name, Row[] train, Row[] test) => new(name, train, test,
        preset => Experiments.Portfolio.ForText(PortfolioTask.Classification, preset));

    private static ExperimentSet Numbers(string name, Func<PortfolioPreset, Portfolio> portfolio, Row[] train, Row[] test) =>
        new(name, train, test, portfolio, train[0].Features.Length);

    // A tenth to test on.
    private static ExperimentSet Split(string name, Row[] rows)
    {
        new Random(1).Shuffle(rows);
        var test = rows.Length / 10;
        return Texts(name, rows[test..], rows[..test]);
    }

    private static Row[] Lines(string folder, string file, char separator, int label, int text) => [.. File.ReadLines(
        Path.Combine(folder, file)).Where(line => line.Length > 0).Select(line => line.Split(separator)).Select(fields => new Row
        {
            Label = label < 0 ? Path.GetFileName(file) : fields[label], Text = fields[text],
        })];

    private static Row[] Vectors(string folder, string file, char separator, bool isLabelLast) => [.. File.ReadLines(
        Path.Combine(folder, file)).Where(line => line.Length > 0).Select(line => line.Split(separator)).Select(fields => new Row
        {
            Label = isLabelLast ? fields[^1].Trim() : fields[0],
            Features = [.. (isLabelLast ? fields[..^1] : fields[1..]).Select(field => float.Parse(field, CultureInfo.InvariantCulture))],
        })];

    internal sealed class Row
    {
        public string Label { get; set; } = "";

        public string Text { get; set; } = "";

        public float[] Features { get; set; } = [];
    }
}
