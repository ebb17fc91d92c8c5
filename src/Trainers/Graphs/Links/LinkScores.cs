using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Scores of decoders that compare one end of an edge with a <em>question</em> made of the other end and the relation: which tail has this
/// head, or which head has this tail? So a question is made once and compared with any number of answers.
/// </summary>
internal static class LinkScores
{
    // Roots are differentiated: below this a distance counts as this.
    private const double LeastSquare = 1e-12;

    /// <summary>Whether its score is the negative of a distance.</summary>
    internal static bool IsDistance(this LinkDecoder decoder) =>
        decoder is LinkDecoder.TransEL1 or LinkDecoder.TransEL2 or LinkDecoder.RotatE;

    /// <summary>Whether embeddings are complex numbers.</summary>
    internal static bool IsComplex(this LinkDecoder decoder) => decoder is LinkDecoder.ComplEx or LinkDecoder.RotatE;

    /// <summary>Whether it reads a relation.</summary>
    internal static bool HasRelations(this LinkDecoder decoder) => decoder is not (LinkDecoder.DotProduct or LinkDecoder.Perceptron);

    /// <summary>Numbers of a relation's vector, where those of nodes have <paramref name="width"/>.</summary>
    internal static long RelationWidth(this LinkDecoder decoder, long width) => decoder switch
    {
        LinkDecoder.DotProduct or LinkDecoder.Perceptron => 0,
        LinkDecoder.RotatE => width / 2,
        _ => width,
    };

    /// <summary>First vectors of relations.</summary>
    internal static Initializer RelationInitializer(this LinkDecoder decoder, long width) =>
        Initializers.Uniform(decoder == LinkDecoder.RotatE ? MathF.PI : 6 / MathF.Sqrt(width));

    /// <summary>What the answers are compared with.</summary>
    /// <param name="decoder">The decoder; not the perceptron.</param>
    /// <param name="known">The end that is known, [.., width].</param>
    /// <param name="relation">The relation, [.., <see cref="RelationWidth"/>]; null for a dot product.</param>
    /// <param name="isTail">Whether the tail is asked for; otherwise the head.</param>
    /// <returns>[.., width].</returns>
    internal static Value Question(this LinkDecoder decoder, Value known, Value? relation, bool isTail)
    {
        switch (decoder)
        {
            case LinkDecoder.DotProduct:
                return known;
            case LinkDecoder.DistMult:
                return known * relation!;
            case LinkDecoder.TransEL1 or LinkDecoder.TransEL2:
                return isTail ? known + relation! : known - relation!;
            case LinkDecoder.ComplEx:
                if (ComplexProduct.Suits(known, relation!))
                    return ComplexProduct.Of(known, relation!, conjugate: !isTail);
                var (real, imaginary) = Parts(relation!);
                return Product(known, real, isTail ? imaginary : -imaginary);
            case LinkDecoder.RotatE:
                var sine = Op.Sin(relation!);
                return Product(known, Op.Cos(relation!), isTail ? sine : -sine);
            default:
                throw new NotSupportedException($"{decoder} has no question that answers are compared with.");
        }
    }

    /// <summary>The score of each question with its own answer: [.., width] and [.., width] → [..].</summary>
    internal static Value Score(this LinkDecoder decoder, Value question, Value answer)
    {
        var last = question.Shape.Rank - 1;
        Value Sum(Value x) => Op.ReduceSum(x, [last], keepDims: false);
        switch (decoder)
        {
            case LinkDecoder.TransEL1:
                return -Sum(Op.Abs(question - answer));
            case LinkDecoder.TransEL2:
                return -Root(Op.ReduceSumSquare(question - answer, [last], keepDims: false));
            case LinkDecoder.RotatE:
                var (real, imaginary) = Parts(question - answer);
                return -Sum(Root(real * real + imaginary * imaginary));
            default:
                return ComplexProduct.Suits(question, answer) ? RowProduct.Of(question, answer) : Sum(question * answer);
        }
    }

    /// <summary>
    /// The scores of each question with all answers of its group: [groups, questions, width] and [groups, answers, width] →
    /// [groups, questions, answers], or the same without groups. Products of matrices except for sums of absolute values, which take
    /// memory for all pairs of numbers.
    /// </summary>
    internal static Value ScoreAll(this LinkDecoder decoder, Value questions, Value answers)
    {
        var rank = questions.Shape.Rank;
        if (decoder is LinkDecoder.TransEL1 or LinkDecoder.RotatE)
            return decoder.Score(Op.Unsqueeze(questions, rank - 1), Op.Unsqueeze(answers, rank - 2));
        var products = Op.MatMul(questions, rank == 2 ? Op.Transpose(answers, 1, 0) : Op.Transpose(answers, 0, 2, 1));
        if (decoder != LinkDecoder.TransEL2)
            return products;
        var squares = Op.ReduceSumSquare(questions, [rank - 1]);
        var others = Op.ReduceSumSquare(answers, [rank - 1]);
        return -Root(squares - products * 2.0 + (rank == 2 ? Op.Transpose(others, 1, 0) : Op.Transpose(others, 0, 2, 1)));
    }

    /// <summary>The absolute values of an embedding's numbers, [.., width] or, of complex ones, [.., width / 2].</summary>
    internal static Value Moduli(this LinkDecoder decoder, Value x)
    {
        if (!decoder.IsComplex())
            return Op.Abs(x);
        var (real, imaginary) = Parts(x);
        return Root(real * real + imaginary * imaginary);
    }

    private static Value Root(Value square) => Op.Sqrt(Op.Clip(square, min: LeastSquare));

    private static (Value Real, Value Imaginary) Parts(Value x)
    {
        var half = x.Shape[-1].Size / 2;
        var parts = Op.Split(x, x.Shape.Rank - 1, half, half);
        return (parts[0], parts[1]);
    }

    private static Value Product(Value x, Value real, Value imaginary)
    {
        var (a, b) = Parts(x);
        return Op.Concat(x.Shape.Rank - 1, a * real - b * imaginary, a * imaginary + b * real);
    }
}
