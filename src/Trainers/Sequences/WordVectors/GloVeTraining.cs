using System.Numerics;
using System.Runtime.InteropServices;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Minimizes Σ ½ f(X) (w · c + b + b' - log X)² over pairs of words by AdaGrad (Pennington et al. 2014, Duchi et al. 2011). Pairs lie
/// in squares of words and contexts by their numbers' remainders; squares that share neither run at the same time (Gemulla et al. 2011), so
/// that the result doesn't depend on the number of threads.
/// </summary>
internal sealed class GloVeTraining
{
    // Squares in a row, whatever the threads are.
    private const int Squares = 8;

    private readonly WordVectorEstimator.Options _options;
    private readonly VectorTable _words, _contexts, _wordSquares, _contextSquares;
    private readonly (int Word, int Context, float Log, float Weight)[][] _pairs;

    internal GloVeTraining(CoOccurrences counts, int words, WordVectorEstimator.Options options)
    {
        _options = options;
        // The last number of a row is its bias.
        VectorTable Table() => new(words, options.Size + 1);
        (_words, _contexts, _wordSquares, _contextSquares) = (Table(), Table(), Table(), Table());
        _words.Randomize(SplitMix64.SeedOf(options.Seed, 1));
        _contexts.Randomize(SplitMix64.SeedOf(options.Seed, 2));
        for (var word = 0; word < words; word++)
        {
            _wordSquares[word].Fill(1);
            _contextSquares[word].Fill(1);
        }
        _pairs = [.. Enumerable.Range(0, Squares * Squares).Select(_ => Array.Empty<(int, int, float, float)>())];
        foreach (var square in counts.Pairs.GroupBy(pair => pair.Word % Squares * Squares + pair.Context % Squares))
            _pairs[square.Key] = [.. square.Select(pair => (pair.Word, pair.Context, MathF.Log(pair.Count),
                (float)Math.Min(1, Math.Pow(pair.Count / options.MaximumCooccurrence, options.CooccurrencePower))))];
    }

    /// <summary>Trains on every pair once, in random order.</summary>
    /// <returns>The mean loss of a pair before its update, and the number of pairs.</returns>
    internal (double Loss, long Pairs) Run(int epoch)
    {
        var losses = new double[Squares * Squares];
        for (var round = 0; round < Squares; round++)
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            Parallel.For(0, Squares, new() { MaxDegreeOfParallelism = _options.Workers }, row =>
            {
                var square = row * Squares + (row + round) % Squares;
                losses[square] = Train(_pairs[square], SplitMix64.OfItem(SplitMix64.SeedOf(_options.Seed, epoch), square));
            });
        }
        var pairs = _pairs.Sum(square => (long)square.Length);
        return (losses.Sum() / pairs, pairs);
    }

    /// <summary>The sums of the vectors as words and as contexts, [words × size].</summary>
    internal float[] Vectors()
    {
        var vectors = new float[_words.Rows * _options.Size];
        for (var word = 0; word < _words.Rows; word++)
            for (var i = 0; i < _options.Size; i++)
                vectors[word * _options.Size + i] = _words[word][i] + _contexts[word][i];
        return vectors;
    }

    private double Train((int Word, int Context, float Log, float Weight)[] pairs, SplitMix64 random)
    {
        var order = new int[pairs.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        random.Shuffle(order);
        var loss = 0.0;
        foreach (var pair in order)
        {
            var (word, context, log, weight) = pairs[pair];
            Span<float> w = Row(_words, word), c = Row(_contexts, context);
            Span<float> gw = Row(_wordSquares, word), gc = Row(_contextSquares, context);
            var bias = _options.Size;
            float wordBias = w[bias], contextBias = c[bias];
            (w[bias], c[bias]) = (0, 0);
            var difference = VectorRows.Dot(ref w[0], ref c[0], w.Length) + wordBias + contextBias - log;
            var factor = weight * difference;
            loss += 0.5 * factor * difference;
            Step(w, c, gw, gc, factor, _options.StartingRate);
            // What a bias is multiplied by is 1.
            (w[bias], gw[bias]) = Moved(wordBias, gw[bias], factor);
            (c[bias], gc[bias]) = Moved(contextBias, gc[bias], factor);
        }
        return loss;
    }

    private (float Bias, float Squares) Moved(float bias, float squares, float gradient) =>
        (bias - _options.StartingRate * gradient / MathF.Sqrt(squares), squares + gradient * gradient);

    private static Span<float> Row(VectorTable table, int row) => MemoryMarshal.CreateSpan(ref table.At(row), table.Stride);

    // g = factor · the other's vector; each number moves by η g / √G, then G += g².
    private static void Step(Span<float> w, Span<float> c, Span<float> gw, Span<float> gc, float factor, float rate)
    {
        for (var i = 0; i < w.Length; i += Vector<float>.Count)
        {
            Vector<float> word = new(w[i..]), context = new(c[i..]), ofWord = new(gw[i..]), ofContext = new(gc[i..]);
            Vector<float> byWord = context * factor, byContext = word * factor;
            (word - byWord * rate / Vector.SquareRoot(Vector.Max(ofWord, Vector<float>.One))).CopyTo(w[i..]);
            (context - byContext * rate / Vector.SquareRoot(Vector.Max(ofContext, Vector<float>.One))).CopyTo(c[i..]);
            (ofWord + byWord * byWord).CopyTo(gw[i..]);
            (ofContext + byContext * byContext).CopyTo(gc[i..]);
        }
    }
}
