using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>GloVe in Double, number by number; pairs come in the order that the trainer promises.</summary>
internal sealed class SlowGloVe
{
    private const int Squares = 8;

    private readonly Dictionary<(int Word, int Context), double> _counts;
    private readonly WordVectorEstimator.Options _options;
    private readonly double[][] _words, _contexts, _wordSquares, _contextSquares;

    internal SlowGloVe(Dictionary<(int Word, int Context), double> counts, int words, WordVectorEstimator.Options options)
    {
        (_counts, _options) = (counts, options);
        double[][] Start(long part)
        {
            var table = new VectorTable(words, options.Size + 1);
            table.Randomize(SplitMix64.SeedOf(options.Seed, part));
            return [.. Enumerable.Range(0, words).Select(word => Array.ConvertAll(table[word].ToArray(), value => (double)value))];
        }
        double[][] Ones() => [.. Enumerable.Range(0, words).Select(_ => Enumerable.Repeat(1.0, options.Size + 1).ToArray())];
        (_words, _contexts, _wordSquares, _contextSquares) = (Start(1), Start(2), Ones(), Ones());
    }

    internal double[] Vectors => [.. _words.Zip(_contexts, (word, context) => word.Zip(context, (a, b) => a + b).Take(_options.Size))
        .SelectMany(sum => sum)];

    internal double Run(int epoch)
    {
        var loss = 0.0;
        for (var round = 0; round < Squares; round++)
            for (var row = 0; row < Squares; row++)
            {
                var column = (row + round) % Squares;
                (int Word, int Context)[] pairs = [.. _counts.Keys.Where(pair => pair.Word % Squares == row
                    && pair.Context % Squares == column).Order()];
                int[] order = [.. Enumerable.Range(0, pairs.Length)];
                var random = SplitMix64.OfItem(SplitMix64.SeedOf(_options.Seed, epoch), row * Squares + column);
                random.Shuffle(order);
                loss += order.Sum(i => Step(pairs[i].Word, pairs[i].Context, _counts[pairs[i]]));
            }
        return loss / _counts.Count;
    }

    private double Step(int word, int context, double count)
    {
        var size = _options.Size;
        double[] w = _words[word], c = _contexts[context];
        var weight = Math.Min(1, Math.Pow(count / _options.MaximumCooccurrence, _options.CooccurrencePower));
        var difference = w.Take(size).Zip(c, (a, b) => a * b).Sum() + w[size] + c[size] - Math.Log(count);
        for (var i = 0; i <= size; i++)
        {
            var (ofWord, ofContext) = (weight * difference * (i < size ? c[i] : 1), weight * difference * (i < size ? w[i] : 1));
            w[i] -= _options.StartingRate * ofWord / Math.Sqrt(_wordSquares[word][i]);
            c[i] -= _options.StartingRate * ofContext / Math.Sqrt(_contextSquares[context][i]);
            _wordSquares[word][i] += ofWord * ofWord;
            _contextSquares[context][i] += ofContext * ofContext;
        }
        return 0.5 * weight * difference * difference;
    }
}
