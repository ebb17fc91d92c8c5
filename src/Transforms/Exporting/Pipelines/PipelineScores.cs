using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>What a pipeline says of rows, to compare its file with.</summary>
internal sealed class PipelineScores
{
    private const double MostOthers = 0.005;

    private readonly float[][] _scores;
    private readonly string[][]? _labels;
    private readonly bool _arePacked;

    /// <param name="scored">The rows with the model's columns.</param>
    /// <param name="info">What the model predicts.</param>
    internal PipelineScores(IDataView scored, ModelInfo info)
    {
        _scores = scored.Schema[ModelFormat.Score].Type is VectorDataViewType ? [.. scored.GetColumn<float[]>(ModelFormat.Score)]
            : [.. scored.GetColumn<float>(ModelFormat.Score).Select(score => new[] { score })];
        // The nodes of several graphs lie behind each other; steps of sequences are padded.
        _arePacked = info.Rows == ModelRows.Graphs && info.Task.IsPerStep();
        if (info is not { Labels.Values: { } values } || !info.Task.HasClasses())
            return;
        string Name(uint key) => key > 0 ? values[(int)key - 1] : "";
        _labels = info.Task.IsPerStep()
            ? [.. scored.GetColumn<uint[]>(ModelFormat.PredictedLabel).Select(keys => Array.ConvertAll(keys, Name))]
            : [.. scored.GetColumn<uint>(ModelFormat.PredictedLabel).Select(key => new[] { Name(key) })];
    }

    internal int Count => _scores.Length;

    /// <summary>How many labels were other ones so far.</summary>
    internal int OtherLabels { get; private set; }

    /// <summary>Checks that at most 0.5 % of the labels are other ones.</summary>
    /// <exception cref="TensorMismatchException">More are.</exception>
    internal void CheckLabels(Precision precision)
    {
        var all = _labels?.Sum(row => row.Length) ?? 0;
        if (OtherLabels > MostOthers * all)
            throw new TensorMismatchException($"With weights of type {precision} {OtherLabels} of {all} labels are other ones than the "
                + $"pipeline's; expected at most {MostOthers:P1}.");
    }

    /// <summary>Compares some rows.</summary>
    /// <returns>The largest difference of a score.</returns>
    /// <exception cref="TensorMismatchException">
    /// A score differs by more than the tolerance, or a label although weights are stored as they are.
    /// </exception>
    internal double Compare(IReadOnlyDictionary<string, TensorData> file, int first, int count, Precision precision)
    {
        var tolerance = precision == Precision.Single ? PipelineExport.Tolerance : PrecisionReport.ToleranceOf(precision);
        var score = file[ModelFormat.Score];
        var (found, width, largest) = (score.As<float>(), (int)(score.Count / count), 0.0);
        var (scoresBefore, labelsBefore) = (0, 0);
        for (var row = 0; row < count; row++)
        {
            var expected = _scores[first + row];
            var start = _arePacked ? scoresBefore : row * width;
            var end = Math.Min(start + expected.Length, _arePacked ? found.Length : start + width);
            scoresBefore += expected.Length;
            var difference = TensorComparison.Between($"{ModelFormat.Score} of row {first + row}", TensorData.Vector(expected),
                TensorData.Vector(found[Math.Min(start, end)..end].ToArray()));
            difference.ThrowIfAbove(tolerance);
            largest = Math.Max(largest, difference.Difference);
            if (_labels is null)
                continue;
            var names = file[ModelFormat.PredictedLabel];
            var at = _arePacked ? labelsBefore : row * (int)(names.Count / count);
            labelsBefore += _labels[first + row].Length;
            for (var step = 0; step < _labels[first + row].Length; step++)
                if (names.As<string>()[at + step] is var name && name != _labels[first + row][step] && ++OtherLabels > 0
                    && precision == Precision.Single)
                    throw new TensorMismatchException($"Row {first + row}: the pipeline says '{_labels[first + row][step]}' and its file "
                        + $"'{name}'.");
        }
        return !_arePacked || scoresBefore == found.Length ? largest : throw new TensorMismatchException(
            $"{ModelFormat.Score} of rows {first} to {first + count - 1}: {scoresBefore} numbers are expected, {found.Length} were given.");
    }
}
