using System.Globalization;
using System.Text;

namespace MLSeqGraph.Trainers;

/// <summary>What a report says of predicted classes: metrics, confusion matrix, receiver's curves, calibration, errors.</summary>
internal sealed class ClassSections(HtmlPage page, ClassRows data, IReadOnlyList<string> shownNames, int mostErrors)
{
    private const int MostCurves = 6, MostNumbers = 20, MostNamedAxes = 40, MostPairs = 10, Bins = 10, MostPoints = 200;

    private readonly int _classes = data.Names.Count;
    private readonly long[][] _confusion = Confusion(data);
    private readonly long[] _labels = [.. data.Names.Select((_, i) => (long)data.Rows.Count(row => row.Label == i))];

    internal void Write()
    {
        var rows = data.Rows;
        long right = rows.Count(row => row.Label == row.Predicted), without = rows.Count(row => row.Predicted < 0);
        page.Heading("Predictions");
        page.Sentence(string.Create(CultureInfo.InvariantCulture, $"{right} of {rows.Count} labels are predicted correctly: accuracy ")
            + $"{MetricsText.Format((double)right / rows.Count)}."
            + (without == 0 ? "" : FormattableString.Invariant($" {without} have no prediction and count as wrong."))
            + (data.MissingLabels == 0 ? ""
                : FormattableString.Invariant($" {data.MissingLabels} labels are missing and aren't counted.")));
        PerClass();
        Matrix();
        Pairs();
        if (rows.Any(row => row.Scores.Length > 0))
            page.Heading("Scores").Charts([Curves(), .. data.HasProbabilities ? [Calibration()] : (string[])[]]);
        if (!data.HasProbabilities)
            page.Sentence("The scores are no probabilities, so there is no calibration.");
        Errors();
    }

    private void PerClass()
    {
        var counts = Enumerable.Range(0, _classes).Select(i => (Index: i, Of: new ClassMetrics(data.Names[i],
            _labels[i], _confusion.Sum(line => line[i]), _confusion[i][i])))
            .Where(one => one.Of.LabelCount + one.Of.PredictedCount > 0 || _classes <= MostNumbers);
        page.Table(["#no.", "class", "#precision", "#recall", "#F1", "#labels", "#predicted", "#area under ROC"], counts.Select(one =>
            (IReadOnlyList<string>)[MetricsText.Format(one.Index + 1), one.Of.Name, MetricsText.Format(one.Of.Precision),
                MetricsText.Format(one.Of.Recall), MetricsText.Format(one.Of.F1Score), MetricsText.Format(one.Of.LabelCount),
                MetricsText.Format(one.Of.PredictedCount), Area(one.Index)]));
        var absent = _classes - counts.Count();
        if (absent > 0)
            page.Sentence(FormattableString.Invariant($"{absent} classes are neither among the labels nor predicted."));
    }

    private string Area(int one) => one < data.KnownCount && data.AreaOf(one) is var area && !double.IsNaN(area)
        ? MetricsText.Format(area) : "–";

    private void Matrix()
    {
        page.Heading("Confusion matrix");
        page.Sentence("A row is a class of the labels, a column a predicted one; the darker, the larger its share of the row."
            + (_classes > MostNamedAxes ? " Classes are numbered as in the table above." : ""));
        var name = _classes <= MostNamedAxes ? Math.Min(18, data.Names.Max(one => one.Length)) : 4;
        var cell = Math.Clamp(640.0 / _classes, 5, 44);
        double left = 30 + 6.6 * name, top = _classes <= MostNamedAxes ? 24 + 5.2 * name : 40;
        double width = left + cell * _classes + 6.0 * name + 20, height = top + cell * _classes + 12;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {width:0.#} {height:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\" font-size=\"11\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{left:0.#}\" y=\"{top:0.#}\" width=\"{cell * _classes:0.#}\" ")
            .Append(CultureInfo.InvariantCulture, $"height=\"{cell * _classes:0.#}\" fill=\"#fff\" stroke=\"#bbb\"/>\n");
        for (var i = 0; i < _classes; i++)
            Axis(svg, i, cell, left, top, name);
        for (var i = 0; i < _classes; i++)
            for (var j = 0; j < _classes; j++)
                if (_confusion[i][j] > 0)
                    Cell(svg, i, j, cell, left, top);
        page.Add(svg.Append("</svg>\n").ToString());
    }

    private void Axis(StringBuilder svg, int i, double cell, double left, double top, int letters)
    {
        var isNamed = _classes <= MostNamedAxes;
        if (!isNamed && (i + 1) % 10 != 0 && i != 0)
            return;
        var text = isNamed ? HtmlPage.Shortened(data.Names[i], letters) : MetricsText.Format(i + 1);
        var (x, y) = (left + cell * (i + 0.5), top + cell * (i + 0.5));
        svg.Append(SvgChart.Text(left - 6, y + 4, text, "end", hint: data.Names[i]));
        svg.Append(isNamed ? SvgChart.Text(0, 0, text, "start", FormattableString.Invariant(
            $" transform=\"translate({x + 3:0.#} {top - 6:0.#}) rotate(-50)\""), data.Names[i])
            : SvgChart.Text(x, top - 6, text, "middle", hint: data.Names[i]));
    }

    private void Cell(StringBuilder svg, int i, int j, double cell, double left, double top)
    {
        var share = (double)_confusion[i][j] / Math.Max(1, _labels[i]);
        var (color, count) = (i == j ? "#0072b2" : "#d55e00", _confusion[i][j]);
        svg.Append(CultureInfo.InvariantCulture, $"<g><rect x=\"{left + cell * j + 0.5:0.#}\" y=\"{top + cell * i + 0.5:0.#}\" ")
            .Append(CultureInfo.InvariantCulture, $"width=\"{cell - 1:0.#}\" height=\"{cell - 1:0.#}\" fill=\"{color}\" ")
            .Append(CultureInfo.InvariantCulture, $"fill-opacity=\"{0.12 + 0.88 * share:0.##}\"/>");
        if (_classes <= MostNumbers)
            svg.Append(SvgChart.Text(left + cell * (j + 0.5), top + cell * (i + 0.5) + 4, MetricsText.Format(count), "middle",
                share > 0.5 ? " fill=\"#fff\" style=\"stroke: none\"" : " style=\"stroke: none\""));
        svg.Append(CultureInfo.InvariantCulture,
            $"<title>{HtmlPage.Escaped(data.Names[i])} → {HtmlPage.Escaped(data.Names[j])}: {count} ")
            .Append(CultureInfo.InvariantCulture, $"({100 * share:0.#} %)</title></g>\n");
    }

    private void Pairs()
    {
        var pairs = Enumerable.Range(0, _classes).SelectMany(i => Enumerable.Range(0, _classes).Where(j => i != j && _confusion[i][j] > 0)
            .Select(j => (i, j, Count: _confusion[i][j]))).OrderByDescending(pair => pair.Count).Take(MostPairs).ToArray();
        if (pairs.Length > 0 && _classes > 2)
            page.Heading("Most confused").Table(["label", "predicted", "#labels"], pairs.Select(pair => (IReadOnlyList<string>)
                [data.Names[pair.i], data.Names[pair.j], MetricsText.Format(pair.Count)]));
    }

    // Of true or false that of true; otherwise those of the classes with the most labels.
    private string Curves()
    {
        int[] drawn = data.IsBinary ? [1] : [.. Enumerable.Range(0, data.KnownCount)
            .OrderByDescending(one => _labels[one]).Take(MostCurves).Order()];
        var chart = new SvgChart(drawn.Length < data.KnownCount && !data.IsBinary
            ? $"Receiver's curves of the {drawn.Length} most frequent classes" : "Receiver's curves (ROC)",
                "false positives, share of the rest",
            "true positives, share") { XRange = (0, 1), YRange = (0, 1), Height = 320 + 16 * (drawn.Length + 1) / 2 };
        chart.Line("chance", [(0, 0), (1, 1)], "#aaa", isDashed: true);
        foreach (var (one, i) in drawn.Select((one, i) => (one, i)))
            if (data.Curve(one) is { Points.Count: > 0 } curve)
                chart.Line($"{HtmlPage.Shortened(data.Names[one], 24)} {MetricsText.Format(curve.Area)}", Thinned(curve.Points),
                    SvgChart.Colors[i]);
        return chart.ToString();
    }

    private static IEnumerable<(double, double)> Thinned(List<(double, double)> points) => points.Where((_, i) =>
        i == 0 || i == points.Count - 1 || i % Math.Max(1, points.Count / MostPoints) == 0);

    /// <summary>How often the predicted class is right, by its probability (Guo et al. 2017).</summary>
    private string Calibration()
    {
        var of = data.Rows.Where(row => row.Predicted >= 0).Select(row => data.IsBinary ? (P: row.Scores[1], IsRight: row.Label == 1)
            : (P: row.Confidence, IsRight: row.Label == row.Predicted)).ToArray();
        var bins = of.GroupBy(one => Math.Clamp((int)(one.P * Bins), 0, Bins - 1)).Select(bin => (
            Center: (bin.Key + 0.5) / Bins, Mean: bin.Average(one => one.P), Right: bin.Average(one => one.IsRight ? 1.0 : 0),
            Count: bin.Count())).OrderBy(bin => bin.Center).ToArray();
        var error = bins.Sum(bin => Math.Abs(bin.Mean - bin.Right) * bin.Count) / Math.Max(1, of.Length);
        var most = bins.Length == 0 ? 1 : bins.Max(bin => bin.Count);
        return new SvgChart($"Calibration: expected error {MetricsText.Format(error)}", data.IsBinary
                ? $"probability of {HtmlPage.Shortened(data.Names[1], 30)}" : "probability of the predicted class",
                data.IsBinary ? "share of labels" : "share that is right")
            { XRange = (0, 1), YRange = (0, 1), Height = 344 }
            .Bars("rows of the bin", bins.Select(bin => (bin.Center, 0.9 * bin.Count / most)), "#ddd", 1.0 / Bins,
                [.. bins.Select(bin => FormattableString.Invariant($"{bin.Count} rows"))])
            .Line("calibrated", [(0, 0), (1, 1)], "#aaa", isDashed: true)
            .Line("model", bins.Select(bin => ((double)bin.Mean, bin.Right)), SvgChart.Colors[0])
            .Points("", bins.Select(bin => ((double)bin.Mean, bin.Right)), SvgChart.Colors[0],
                [.. bins.Select(bin => FormattableString.Invariant($"{bin.Mean:0.###} → {bin.Right:0.###}, {bin.Count} rows"))])
            .ToString();
    }

    private void Errors()
    {
        ClassRows.Row[] wrong = [.. data.Rows.Where(row => row.Label != row.Predicted)
            .OrderByDescending(row => float.IsNaN(row.Confidence) ? float.NegativeInfinity : row.Confidence).Take(mostErrors)];
        page.Heading("Errors worth looking at");
        if (wrong.Length == 0)
        {
            page.Sentence(mostErrors == 0 ? "None is asked for." : "There are none.");
            return;
        }
        page.Sentence("The wrong predictions of the highest scores: rows that are unlike the training rows, or labels that are wrong.");
        page.Table(["row", "label", "predicted", "#score", "#score of the label", .. shownNames], wrong.Select(row =>
            (IReadOnlyList<string>)[row.Place, data.Names[row.Label], row.Predicted < 0 ? "(none)" : data.Names[row.Predicted],
                SvgChart.Number(Math.Round(row.Confidence, 4)), row.Label < row.Scores.Length
                ? SvgChart.Number(Math.Round(row.Scores[row.Label], 4)) : "–", .. row.Shown]));
    }

    private static long[][] Confusion(ClassRows data)
    {
        long[][] counts = [.. data.Names.Select(_ => new long[data.Names.Count])];
        foreach (var row in data.Rows.Where(row => row.Predicted >= 0))
            counts[row.Label][row.Predicted]++;
        return counts;
    }
}
