namespace MLSeqGraph.Onnx;

// Sums of products by names of axes.
public static partial class Op
{
    /// <summary>
    /// The sum of products that an equation such as <c>bij,bjk-&gt;bik</c> says: a letter an axis, those missing in the result are summed
    /// over. An axis of size 1 doesn't broadcast, and no operand may have one letter twice.
    /// </summary>
    /// <param name="equation">One or more lists of letters, an arrow, and the result's letters.</param>
    /// <param name="operands">As many tensors of one type.</param>
    /// <exception cref="GraphException">The equation doesn't fit the operands.</exception>
    public static Value Einsum(string equation, params Value[] operands)
    {
        var (inputs, output) = Letters(equation, operands);
        var sizes = new Dictionary<char, Dim>();
        for (var i = 0; i < inputs.Length; i++)
            for (var axis = 0; axis < inputs[i].Length; axis++)
                if (!sizes.TryAdd(inputs[i][axis], operands[i].Shape[axis]) && sizes[inputs[i][axis]] != operands[i].Shape[axis])
                    throw Mismatch("Einsum", $"axes '{inputs[i][axis]}' of one size for '{equation}'", operands);
        foreach (var letter in output)
            if (!sizes.ContainsKey(letter))
                throw Mismatch("Einsum", $"an axis '{letter}' for the result of '{equation}'", operands);
        return Single("Einsum", operands[0].Type, [.. output.Select(letter => sizes[letter])], operands,
            ("equation", string.Join(',', inputs) + "->" + output));
    }

    private static (string[] Inputs, string Output) Letters(string equation, Value[] operands)
    {
        var sides = equation.Replace(" ", "", StringComparison.Ordinal).Split("->");
        var inputs = sides[0].Split(',');
        if (sides.Length != 2 || operands.Length == 0 || inputs.Length != operands.Length
            || inputs.Append(sides[1]).Any(letters => !letters.All(char.IsAsciiLetter) || letters.Distinct().Count() != letters.Length)
            || inputs.Zip(operands).Any(pair => pair.First.Length != pair.Second.Shape.Rank))
            throw Mismatch("Einsum", $"a list of different letters for the axes of each operand, an arrow and the result's letters, not "
                + $"'{equation}',", operands);
        foreach (var operand in operands)
            if (Numbers("Einsum", operand).Type != operands[0].Type)
                throw Mismatch("Einsum", "operands of one type", operands);
        return (inputs, sides[1]);
    }

    // The gradient of an operand is the sum of products of the result's gradient and the others; what that lacks was summed alone.
    internal static Value?[] EinsumGradient(GradientContext c)
    {
        Value[] operands = [.. c.Node.Inputs.Select(input => input!)];
        var (inputs, output) = Letters(c.Node.Attribute<string>("equation"), operands);
        return [.. operands.Select((operand, i) => c.For(i, () =>
        {
            string[] others = [output, .. inputs.Where((_, other) => other != i)];
            var known = string.Concat(inputs[i].Where(letter => others.Any(other => other.Contains(letter))));
            var gradient = Einsum(string.Join(',', others) + "->" + known, [c.Gradient, .. operands.Where((_, other) => other != i)]);
            int[] missing = [.. Enumerable.Range(0, inputs[i].Length).Where(axis => !known.Contains(inputs[i][axis]))];
            return missing.Length == 0 ? gradient : Expand(Unsqueeze(gradient, missing), operand);
        }))];
    }
}
