using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What a report says of predicted numbers: metrics, predictions against labels, errors.</summary>
internal sealed class NumberSections(HtmlPage page, IDataView data, string labelName, string scoreName, ShownColumns shown, int mostErrors)
{
    private const int MostCharts = 4, MostPoints = 600, Bins = 30;

    private readonly List<Row> _rows = [];
    private long _missing;

    /// <returns>False where there is nothing to compare.</returns>
    internal bool Write()
    {
        var names = Read();
        if (_rows.Count == 0)
            return false;
        page.Heading("Predictions");
        page.Sentence(FormattableString.Invariant($"{_rows.Count} numbers are compared.")
            + (_missing == 0 ? "" : FormattableString.Invariant($" {_missing} have no label or no prediction and aren't.")));
        var outputs = _rows.GroupBy(row => row.Output).OrderBy(one => one.Key).ToArray();
        string Name(int output) => names is not null && output < names.Count && names[output].Length > 0 ? names[output]
            : outputs.Length == 1 ? labelName : FormattableString.Invariant($"{labelName} {output}");
        page.Table(["number", "#count", "#mean absolute error", "#root mean squared error", "#R²", "#mean error"], outputs.Select(one =>
        {
            var mean = one.Average(row => row.Label);
            var (squares, around) = (one.Average(row => row.Error * row.Error), one.Average(row =>
                (row.Label - mean) * (row.Label - mean)));
            return (IReadOnlyList<string>)[Name(one.Key), MetricsText.Format(one.Count()),
                MetricsText.Format(one.Average(row => Math.Abs(row.Error))), MetricsText.Format(Math.Sqrt(squares)),
                around > 0 ? MetricsText.Format(1 - squares / around) : "–", MetricsText.Format(one.Average(row => row.Error))];
        }));
        page.Charts(outputs.Take(MostCharts).SelectMany(one => (string[])[Scatter(Name(one.Key), [.. one]), Histogram(Name(one.Key),
            [.. one])]));
        if (outputs.Length > MostCharts)
            page.Sentence(FormattableString.Invariant($"Drawn are the first {MostCharts} of {outputs.Length} numbers."));
        page.Heading("Errors worth looking at");
        page.Sentence(mostErrors == 0 ? "None is asked for."
            : "The largest: rows that are unlike the training rows, or labels that are wrong.");
        if (mostErrors > 0)
            page.Table(["row", "number", "#label", "#predicted", "#error", .. shown.Columns.Select(column => column.Name)],
                _rows.OrderByDescending(row => Math.Abs(row.Error)).Take(mostErrors).Select(row => (IReadOnlyList<string>)[row.Place,
                    Name(row.Output), Text(row.Label), Text(row.Score), Text(row.Error), .. row.Shown]));
        return true;
    }

    private IReadOnlyList<string>? Read()
    {
        var label = SingleReader.Require(data.Schema, labelName, scalar: true, vector: true);
        var score = SingleReader.Require(data.Schema, scoreName, scalar: true, vector: true);
        // Of steps there are as many as a row has; they are drawn as one number.
        var isFixed = score.Type is not Microsoft.ML.Data.VectorDataViewType { IsKnownSize: false };
        using var cursor = data.GetRowCursor(((DataViewSchema.Column[])[label, score, .. shown.Columns]).DistinctBy(column =>
            column.Index));
        var (labels, scores, texts) = (new SingleReader(cursor, label), new SingleReader(cursor, score), shown.Open(cursor));
        while (cursor.MoveNext())
        {
            var truth = labels.Read();
            var found = scores.Read();
            EvaluatedView.CheckLength(cursor, label, truth.Length, found.Length, $"column '{scoreName}' has as many");
            var row = texts();
            for (var i = 0; i < truth.Length; i++)
                if (float.IsFinite(truth[i]) && float.IsFinite(found[i]))
                    _rows.Add(new(isFixed || truth.Length == 1 ? RowName.Of(cursor) : $"{RowName.Of(cursor)}, step {i}", isFixed ? i : 0,
                        truth[i],
                        found[i], row));
                else
                    _missing++;
        }
        return SingleReader.SlotNames(score) ?? SingleReader.SlotNames(label);
    }

    private static string Scatter(string name, Row[] rows)
    {
        var (low, high) = (rows.Min(row => Math.Min(row.Label, row.Score)), rows.Max(row => Math.Max(row.Label, row.Score)));
        Row[] drawn = [.. rows.Where((_, i) => i % Math.Max(1, (rows.Length + MostPoints - 1) / MostPoints) == 0)];
        return new SvgChart($"{name}: predictions", "label", "predicted")
            .Line("equal", [(low, low), (high, high)], "#aaa", isDashed: true)
            .Points(drawn.Length < rows.Length ? FormattableString.Invariant($"{drawn.Length} of {rows.Length} rows") : "rows",
                drawn.Select(row => (row.Label, row.Score)), SvgChart.Colors[0], [.. drawn.Select(row => row.Place)]).ToString();
    }

    private static string Histogram(string name, Row[] rows)
    {
        var most = rows.Max(row => Math.Abs(row.Error));
        if (most == 0)
            most = 1;
        var width = 2 * most / Bins;
        var bins = rows.GroupBy(row => Math.Clamp((int)((row.Error + most) / width), 0, Bins - 1))
            .ToDictionary(bin => bin.Key, bin => bin.Count());
        return new SvgChart($"{name}: errors", "predicted − label", "rows") { XRange = (-most, most), YRange = (0,
            1.05 * bins.Values.Max()) }
            .Bars("", bins.Select(bin => (-most + (bin.Key + 0.5) * width, (double)bin.Value)), SvgChart.Colors[0], width,
                [.. bins.Select(bin => FormattableString.Invariant($"{bin.Value} rows"))])
            .Mark(0, "").ToString();
    }

    private static string Text(double value) => value.ToString("g6", CultureInfo.InvariantCulture);

    private sealed record Row(string Place, int Output, double Label, double Score, string[] Shown)
    {
        internal double Error => Score - Label;
    }
}
