using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

// Random values, to check deployed models with.
internal sealed partial class SequenceInput
{
    /// <summary>Adds random values of some inputs, to check models with.</summary>
    /// <param name="all">The inputs.</param>
    /// <param name="trained">The inputs of the training graph: get lengths, and zeros past them where tokens are counted.</param>
    /// <param name="given">The inputs of the deployed model, as a caller gives them.</param>
    /// <param name="lengths">The steps of each row, where an input has steps; the first row has the most.</param>
    /// <param name="random">Draws them.</param>
    internal static void AddSamples(IReadOnlyList<SequenceInput> all, Dictionary<string, TensorData> trained,
        Dictionary<string, TensorData> given, long[] lengths, Random random)
    {
        SequenceInput[] missing = [.. all.Where(input => input.Column.MayBeMissing)];
        foreach (var input in all)
        {
            input.AddSample(trained, lengths.Length, (int)lengths[0], random);
            // The first row has all, each other one lacks one in turn.
            for (var row = 1; row < lengths.Length && missing.Length > 1; row++)
                if (missing[(row - 1) % missing.Length] == input)
                    input.Omit(trained[input.Name], row);
            given[input.Name] = trained[input.Name];
        }
        foreach (var input in all)
            input.AddLengths(trained, given, lengths);
        if (all is [{ Column.PairInputs: > 0 } main, ..])
            NameSteps(trained[main.Name].As<float>(), lengths, random);
    }

    /// <summary>
    /// Declares the next steps of rows that go on together, without lengths; an input with other steps is the whole one of each row.
    /// </summary>
    internal Sequence DeclareNext(NetworkBuilder network) => Column.MatchesSteps || IsMain(Column)
        ? Read(network, DeclareItems(network), null) : DeclareRagged(network, []);

    // Random values like those of the training data, without padding of tokens.
    private void AddSample(Dictionary<string, TensorData> inputs, int batch, int time, Random random)
    {
        long[] sizes = Column.Kind.IsRow() ? [batch] : [batch, Column.Image?.Pixels ?? time];
        var count = sizes.Aggregate(1L, (product, size) => product * size);
        if (!Column.Kind.IsReal())
        {
            inputs[Name] = TensorData.Create([.. Enumerable.Range(0, (int)count).Select(_ => (long)random.Next(Column.TokenCount))], sizes);
            return;
        }
        sizes = [.. sizes, Column.FeatureCount];
        var features = Initializers.Normal(1)(sizes, random);
        if ((scaling ?? Drawn) is { } like)
        {
            float[] mean = like.Mean, deviation = like.Deviation;
            for (var i = 0; i < features.Length; i++)
                features[i] = features[i] * deviation[i % mean.Length] + mean[i % mean.Length];
        }
        for (var i = 0; i < features.Length && Column.AllowsMissing; i++)
            if (random.Next(4) == 0)
                features[i] = float.NaN;
        inputs[Name] = TensorData.Create(features, sizes);
    }

    private void Omit(TensorData sample, int row)
    {
        if (Column.Kind.IsReal())
            Rows(sample.As<float>()).Fill(float.NaN);
        else
            Rows(sample.As<long>()).Clear();

        Span<T> Rows<T>(Span<T> values)
        {
            var size = values.Length / (int)sample.Sizes[0];
            return values.Slice(row * size, size);
        }
    }

    // Pairs are of steps that each row has.
    private static void NameSteps(Span<float> pairs, long[] lengths, Random random)
    {
        for (var i = 0; i < pairs.Length; i++)
            pairs[i] = random.Next((int)lengths[i / (pairs.Length / lengths.Length)]);
    }

    // Sets the number of steps of each row, where the input has lengths of its own.
    private void AddLengths(Dictionary<string, TensorData> trained, Dictionary<string, TensorData> given, long[] lengths)
    {
        if (LengthsName is null)
            return;
        trained[LengthsName] = TensorData.Vector(lengths);
        if (CountsSteps)
            (trained[Name], given[Name]) = PaddedTokens.Of(trained[Name], lengths);
        else
            given[LengthsName] = trained[LengthsName];
    }
}
