using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Transforms;

/// <summary>Where the results of a window's rows go; results that weren't asked for are empty.</summary>
internal readonly record struct ScoringResults(
    PinnedBuffer<float> Scores, PinnedBuffer<float> Probabilities, PinnedBuffer<long> Classes, PinnedBuffer<bool> Flags,
        PinnedBuffer<float> Vectors, PinnedBuffer<float> Attention, PinnedBuffer<float> Pooling);

/// <summary>Where the results of a row, or of a batch from its first row on, begin among those of a window.</summary>
/// <param name="Row">Counts rows; where steps are tagged, padded steps.</param>
/// <param name="Time">Steps of the batch's outputs, padding included.</param>
/// <param name="Step">Counts padded steps.</param>
/// <param name="Pair">Counts pairs of padded steps.</param>
internal readonly record struct ScoringPlace(int Row, int Time, long Step, long Pair);

/// <summary>Runs the model on one batch after another. Its arrays are reused for the next batch. For one thread at a time.</summary>
internal sealed class ScoringBatch(SequenceModel model, SequenceColumn column)
{
    private readonly bool _isPerStep = model.Info.Task.IsPerStep();
    private readonly SequenceBatch _batch = new();
    private readonly IReadOnlyList<ModelInput> _sides = model.Info.Sides;
    private readonly string?[] _lengthsOfSides = [.. model.Info.Sides.Select(side => side.LengthsName)];
    private readonly long[] _sizes1 = new long[1];
    private readonly long[] _sizes2 = new long[2];
    private readonly long[] _sizes3 = new long[3];
    private ScoringResults _results;
    private ScoringPlace _at;

    /// <summary>Runs the model.</summary>
    /// <param name="rows">The rows of a window.</param>
    /// <param name="chosen">Those of the batch.</param>
    /// <param name="place">Where their results begin.</param>
    /// <param name="results">Where all results go.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="InvalidOperationException">ONNX Runtime failed; the message names the rows.</exception>
    public void Run(SequenceRows rows, ReadOnlySpan<int> chosen, ScoringPlace place, ScoringResults results,
        CancellationToken cancellationToken)
    {
        (_at, _results) = (place, results);
        _batch.Fill(rows, chosen);
        using var watched = ScoringTelemetry.Begin("sequences", chosen.Length);
        try
        {
            model.Run(this, static (batch, binding) => batch.Bind(binding), cancellationToken);
        }
        catch (OnnxRuntimeException exception)
        {
            var positions = _batch.Positions.ToArray();
            throw new InvalidOperationException($"Column '{column.Name}', rows {positions.Min()} to {positions.Max()}: ONNX Runtime "
                + $"failed on a batch of {_batch.Batch} sequences of up to {_batch.Time} steps: {exception.Message}"
                + (model.Info.InputTensors is { } read ? $" The model reads {string.Join("; ", read)}." : ""), exception);
        }
    }

    private void Bind(OrtBinding binding)
    {
        var (batch, time) = (_batch.Batch, model.Info.Frames(_batch.Time));
        BindInput(binding, _batch, model.Info.Input, model.HasLengths ? ModelFormat.Lengths : null);
        for (int i = 0; i < _batch.Sides.Length; i++)
            BindInput(binding, _batch.Sides[i], _sides[i], _lengthsOfSides[i]);
        int count = _isPerStep ? batch * time : batch;
        int place = _at.Row;
        if (_results.Scores.Length > 0)
        {
            var memory = _results.Scores.Memory.Slice(place * model.Width, count * model.Width);
            binding.Output(ModelFormat.Score, memory, _isPerStep ? Sizes(batch, time, model.Width)
                : model.Info.Task == ModelTask.Binary ? Sizes(batch) : Sizes(batch, model.Width));
        }

        if (_results.Classes.Length > 0)
        {
            int width = model.Info.Task.LabelWidth();
            binding.Output(ModelFormat.PredictedLabel, _results.Classes.Memory.Slice(place * width, count * width),
                _isPerStep ? Sizes(batch, time) : width > 1 ? Sizes(batch, width) : Sizes(batch));
        }

        if (_results.Flags.Length > 0)
            binding.Output(ModelFormat.PredictedLabel, _results.Flags.Memory.Slice(place, count), Sizes(batch));
        if (_results.Vectors.Length > 0)
        {
            int size = model.Info.VectorSize;
            binding.Output(ModelFormat.Vector, _results.Vectors.Memory.Slice(place * size, count * size), Sizes(batch, size));
        }

        if (_results.Attention.Length > 0)
            binding.Output(ModelFormat.Attention, _results.Attention.Memory.Slice((int)_at.Pair, batch * time * time),
                Sizes(batch, time, time));
        if (_results.Pooling.Length > 0)
            binding.Output(ModelFormat.PoolingAttention, _results.Pooling.Memory.Slice((int)_at.Step, batch * time), Sizes(batch, time));
        if (_results.Probabilities.Length > 0)
            binding.Output(ModelFormat.Probability, _results.Probabilities.Memory.Slice(place, count), Sizes(batch));
    }

    private static void BindInput(OrtBinding binding, SequenceBatch batch, ModelInput input, string? lengths)
    {
        if (input.Padding is not null)
            batch.MarkUnknownLast();
        batch.FeedTo(binding, input.InputName, lengths);
    }

    // ONNX Runtime copies the sizes when a tensor is made, so the arrays serve every tensor.
    private long[] Sizes(long a)
    {
        _sizes1[0] = a;
        return _sizes1;
    }

    private long[] Sizes(long a, long b)
    {
        (_sizes2[0], _sizes2[1]) = (a, b);
        return _sizes2;
    }

    private long[] Sizes(long a, long b, long c)
    {
        (_sizes3[0], _sizes3[1], _sizes3[2]) = (a, b, c);
        return _sizes3;
    }
}
