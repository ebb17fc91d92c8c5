namespace MLSeqGraph.Onnx;

/// <summary>
/// One dimension of a shape: a number, a name (<c>batch</c>, <c>time</c>, <c>nodes</c>, …) or sums and products of both, as
/// concatenations, slices and reshapes make them. Two dimensions with one name are equal.
/// </summary>
public readonly struct Dim : IEquatable<Dim>
{
    // A sum of terms with different names, sorted by them; the number, whose term has no names, comes last. Null is 0.
    private readonly Term[]? _terms;

    private Dim(Term[] terms) => _terms = terms.Length == 0 ? null : terms;

    /// <summary>A number times a product of names, which are sorted.</summary>
    internal readonly record struct Term(long Factor, string[] Names)
    {
        internal string Key => string.Join('*', Names);
    }

    /// <summary>A dimension of known size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative.</exception>
    public static implicit operator Dim(long size) =>
        size >= 0 ? Sum([new(size, [])]) : throw new ArgumentOutOfRangeException(nameof(size), size, "A dimension cannot be negative.");

    /// <summary>A dimension known only by name.</summary>
    public static implicit operator Dim(string name) => new([new(1, [name])]);

    /// <summary>Whether the size is a number.</summary>
    public bool IsKnown => _terms is null || (_terms.Length == 1 && _terms[0].Names.Length == 0);

    /// <summary>The size.</summary>
    /// <exception cref="InvalidOperationException">The dimension is known only by name.</exception>
    public long Size => _terms is null
        ? 0 : IsKnown ? _terms[0].Factor : throw new InvalidOperationException($"Dimension '{this}' has no fixed size.");

    /// <summary>The terms of the sum.</summary>
    internal IReadOnlyList<Term> Terms => _terms ?? [];

    /// <summary>Whether the dimension is one name and nothing else.</summary>
    internal bool IsName => _terms is [{ Factor: 1, Names.Length: 1 }];

    /// <summary>The product of two dimensions, as for a reshape that merges them.</summary>
    public static Dim operator *(Dim left, Dim right) =>
        Sum(left.Terms.SelectMany(a => right.Terms.Select(b =>
        {
            string[] names = [.. a.Names, .. b.Names];
            Array.Sort(names, StringComparer.Ordinal);
            return new Term(checked(a.Factor * b.Factor), names);
        })));

    /// <summary>The sum of two dimensions, as for a concatenation.</summary>
    public static Dim operator +(Dim left, Dim right) => Sum([.. left.Terms, .. right.Terms]);

    /// <summary>The difference of two dimensions, as for a slice.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is a negative number.</exception>
    public static Dim operator -(Dim left, Dim right)
    {
        var difference = Sum([.. left.Terms, .. right.Terms.Select(term => term with { Factor = -term.Factor })]);
        return difference.IsKnown && difference.Size < 0
            ? throw new ArgumentOutOfRangeException(nameof(right), $"{left} - {right}: a dimension cannot be negative.")
            : difference;
    }

    /// <summary>The sum with a number that may be negative.</summary>
    internal Dim Plus(long number) => number >= 0 ? this + number : this - -number;

    /// <summary>
    /// The quotient by a number, rounded down: where the factors of all names are multiples it is a sum again, else it gets a name of its
    /// own.
    /// </summary>
    internal Dim FloorDivide(long by)
    {
        if (by == 1)
            return this;
        var named = Terms.Where(term => term.Names.Length > 0).ToArray();
        if (Array.Exists(named, term => term.Factor % by != 0))
            return DimQuotient.Name(this, by);
        var number = Terms.Where(term => term.Names.Length == 0).Sum(term => term.Factor);
        return Sum([.. named.Select(term => term with { Factor = term.Factor / by }), new(Math.DivRem(number, by) switch
        {
            (var quotient, < 0) => quotient - 1,
            var (quotient, _) => quotient,
        }, [])]);
    }

    private static Dim Sum(IEnumerable<Term> terms) =>
        new([.. terms.GroupBy(term => term.Key)
            .Select(group => group.First() with { Factor = group.Sum(term => term.Factor) })
            .Where(term => term.Factor != 0)
            .OrderBy(term => term.Names.Length == 0).ThenBy(term => term.Key, StringComparer.Ordinal)]);

    /// <summary>The size, given the sizes of the names.</summary>
    internal long Evaluate(Func<string, long> size) =>
        Terms.Sum(term => term.Names.Aggregate(term.Factor, (product, name) => checked(product * size(name))));

    /// <summary>Divides exactly by a number or a product, if numbers and names show that it is possible.</summary>
    internal bool TryDivide(Dim divisor, out Dim quotient)
    {
        quotient = default;
        if (divisor.Terms.Count != 1)
            return false;
        var by = divisor.Terms[0];
        var terms = new List<Term>();
        foreach (var term in Terms)
        {
            var names = term.Names.ToList();
            if (term.Factor % by.Factor != 0 || !Array.TrueForAll(by.Names, names.Remove))
                return false;
            terms.Add(new(term.Factor / by.Factor, [.. names]));
        }
        quotient = Sum(terms);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Dim other)
    {
        var (terms, others) = (_terms ?? [], other._terms ?? []);
        if (terms.Length != others.Length)
            return false;
        for (var i = 0; i < terms.Length; i++)
            if (terms[i].Factor != others[i].Factor || !terms[i].Names.AsSpan().SequenceEqual(others[i].Names))
                return false;
        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Dim other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var term in _terms ?? [])
        {
            hash.Add(term.Factor);
            foreach (var name in term.Names)
                hash.Add(name);
        }
        return hash.ToHashCode();
    }

    /// <summary>Whether two dimensions are the same number or the same sum of products of names.</summary>
    public static bool operator ==(Dim left, Dim right) => left.Equals(right);

    /// <summary>Whether two dimensions differ.</summary>
    public static bool operator !=(Dim left, Dim right) => !left.Equals(right);

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new System.Text.StringBuilder();
        foreach (var term in _terms ?? [])
        {
            text.Append(term.Factor < 0 ? "-" : text.Length > 0 ? "+" : "");
            var number = Math.Abs(term.Factor);
            text.Append(term.Names.Length == 0 ? $"{number}" : number == 1 ? term.Key : $"{number}*{term.Key}");
        }
        return text.Length == 0 ? "0" : text.ToString();
    }
}
