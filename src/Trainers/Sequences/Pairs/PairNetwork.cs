using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A network whose main column lists pairs, [pairs, 2]: the steps, counted from 0, of one or two further inputs, of which it gives a vector
/// for each pair. So a class for each pair is a class for each step of that column.
/// </summary>
internal abstract record PairNetwork : SequenceNetwork
{
    internal override int? FeatureCount => 2;

    internal override bool ReadsInputs => true;

    /// <summary>The further inputs that the pairs point into.</summary>
    /// <exception cref="GraphException">There are more or fewer than it reads, or the pairs have other numbers beside them.</exception>
    private protected Sequence[] Inputs(Sequence x)
    {
        var names = x.Inputs.OfNetwork;
        return names.Count == PairInputs && x.Features == 2 ? [.. names.Select(x.Inputs.Steps)]
            : throw new GraphException($"{Name}: expected pairs [pairs, 2] and {PairInputs} further input{(PairInputs == 1 ? "" : "s")} "
                + $"whose steps they name; got {x.Features} numbers a pair and {names.Count}"
                + (names.Count == 0 ? "" : $" ({string.Join(", ", names.Select(name => $"'{name}'"))})") + ".");
    }

    /// <summary>A table's elements at the pairs.</summary>
    /// <param name="x">The pairs, [time, batch, 2].</param>
    /// <param name="table">[batch, first, second, features].</param>
    /// <param name="first">What the first numbers count.</param>
    /// <param name="second">What the second numbers count.</param>
    /// <returns>[time, batch, features]; NaN where a pair names a step that isn't there.</returns>
    private protected static Value At(Sequence x, Value table, Sequence first, Sequence second)
    {
        var pairs = Op.Transpose(x.Steps, 1, 0, 2);                                                 // [batch, time, 2]
        Value? isKnown = null;
        var places = Op.Concat(2, [.. ((Sequence[])[first, second]).Select((input, i) =>
        {
            var given = Op.Slice(pairs, 2, i, i + 1);
            var size = input.Lengths is null ? Op.Unsqueeze(Op.SizeOf(input.Steps, 0), 1, 2) : Op.Unsqueeze(input.Lengths, 1, 2);
            var place = Op.Max(Op.Min(Op.Cast(given, ElementType.Int64), size - 1L), x.Network.Graph.Scalar(0L));
            var isHere = Op.Equal(Op.Cast(place, given.Type), given);
            isKnown = isKnown is null ? isHere : Op.And(isKnown, isHere);
            return place;
        })]);
        var found = Op.GatherND(table, places, batchAxes: 1);                                       // [batch, time, features]
        return Op.Transpose(Op.Where(isKnown!, found, found.Number(float.NaN)), 1, 0, 2);
    }
}
