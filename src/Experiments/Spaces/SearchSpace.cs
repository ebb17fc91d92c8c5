using System.Globalization;

namespace MLSeqGraph.Experiments;

/// <summary>The hyperparameters of an experiment, and what they may be.</summary>
/// <remarks>A point of it is a vector of places between 0 and 1, one a dimension; tuners know nothing else.</remarks>
/// <example>
/// <code>
/// var space = new SearchSpace()
///     .Range("rate", 1e-4, 1e-2, logBase: true)
///     .Choice("network", "lstm", "transformer")
///     .Range("hidden", 16, 128, logBase: true)
///     .Range("heads", 1, 8).When("network", "transformer");
/// </code>
/// </example>
public sealed class SearchSpace
{
    private readonly List<Dimension> _dimensions = [];
    private readonly Dictionary<string, int> _indices = [];

    /// <summary>The dimensions, in the order in which they were declared.</summary>
    public IReadOnlyList<Dimension> Dimensions => _dimensions;

    /// <summary>The number of different points, where dimensions without a part in them aren't counted twice; may be infinite.</summary>
    public double Count => CountFrom(0, []);

    /// <summary>The dimensions declared by attributes on a class of options: <see cref="RangeAttribute"/>, <see cref="ChoiceAttribute"/>,
    /// <see cref="WhenAttribute"/>, <see cref="NestOptionAttribute"/>. Defaults are those of a new object.</summary>
    /// <typeparam name="T">The class.</typeparam>
    /// <exception cref="ArgumentException">No property has an attribute, or one doesn't fit its property; the message names it.</exception>
    public static SearchSpace Of<T>() where T : class, new() => AnnotatedOptions.AddTo(new SearchSpace(), new T(), "");

    /// <summary>Adds a real number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="min">The least.</param>
    /// <param name="max">The greatest.</param>
    /// <param name="logBase">Whether its logarithm is spread evenly.</param>
    /// <param name="defaultValue">What the first trial takes; null for the middle.</param>
    /// <exception cref="ArgumentException">The range is empty or not finite, or a name is taken.</exception>
    public SearchSpace Range(string name, double min, double max, bool logBase = false, double? defaultValue = null) =>
        AddRange(name, min, max, logBase, defaultValue, isInteger: false);

    /// <summary>Adds a whole number; both ends are in it.</summary>
    /// <inheritdoc cref="Range(string, double, double, bool, double?)"/>
    public SearchSpace Range(string name, int min, int max, bool logBase = false, int? defaultValue = null) =>
        AddRange(name, min, max, logBase, defaultValue, isInteger: true);

    /// <summary>Adds a choice of values, which are texts, numbers, Booleans or enumerations; the first is the default.</summary>
    /// <exception cref="ArgumentException">There are none, or two of one name.</exception>
    public SearchSpace Choice<T>(string name, params T[] choices) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(choices);
        return AddChoice(name, [.. choices.Select(choice => (Dimension.Text(choice), (object?)choice))], null);
    }

    /// <summary>Adds a choice of objects by name, such as networks; the first is the default.</summary>
    /// <remarks>An object may be a function of the trial (<c>Func&lt;Trial, T&gt;</c>), which <see cref="Trial.Get{T}(string)"/> calls, so
    /// that a network's size is a dimension too.</remarks>
    /// <exception cref="ArgumentException">There are none, or two of one name.</exception>
    public SearchSpace Choice<T>(string name, params (string Name, T Value)[] choices) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(choices);
        return AddChoice(name, [.. choices.Select(choice => (choice.Name, (object?)choice.Value))], null);
    }

    /// <summary>Says that the dimension declared last matters only with some values of a choice declared before.</summary>
    /// <param name="choice">The name of the choice.</param>
    /// <param name="values">Its values.</param>
    /// <exception cref="ArgumentException">There is no such choice, or it has no such value.</exception>
    public SearchSpace When(string choice, params object[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (_dimensions.Count == 0)
            throw new ArgumentException($"{nameof(When)} stands before any dimension; expected it after the one that it is about.");
        var last = _dimensions[^1];
        if (last.Parent is { } other)
            throw new ArgumentException($"'{last.Name}' depends on '{other}' already; expected one {nameof(When)} for a dimension.",
                nameof(choice));
        if (!_indices.TryGetValue(choice, out var index) || index == _dimensions.Count - 1 || !_dimensions[index].IsChoice)
            throw new ArgumentException($"'{last.Name}' depends on '{choice}'; expected a choice declared before it: "
                + $"{Listed(_dimensions.SkipLast(1).Where(one => one.IsChoice).Select(one => one.Name))}.", nameof(choice));
        string[] names = [.. values.Select(Dimension.Text)];
        if (names.Length == 0 || names.FirstOrDefault(name => !_dimensions[index].Choices.Contains(name)) is { } unknown)
            throw new ArgumentException($"'{last.Name}' depends on '{choice}' being "
                + $"{(names.Length == 0 ? "nothing" : string.Join(" or ", names))}; expected some of {Listed(_dimensions[index].Choices)}.",
                nameof(values));
        _dimensions[^1] = last with { Parent = choice, ParentChoices = names };
        return this;
    }

    /// <summary>The values at a point: of dimensions that matter there, by name.</summary>
    /// <param name="point">A place between 0 and 1 for each dimension.</param>
    public IReadOnlyDictionary<string, object> SampleFromFeatureSpace(double[] point)
    {
        ArgumentNullException.ThrowIfNull(point);
        var values = new Dictionary<string, object>();
        foreach (var (i, dimension) in _dimensions.Indexed())
            if (Matters(dimension, values))
                values[dimension.Name] = dimension.At(point[i]);
        return values;
    }

    /// <summary>The point of values; the middle for dimensions that don't matter. Null if they aren't of this space.</summary>
    public double[]? MappingToFeatureSpace(IReadOnlyDictionary<string, object> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var point = new double[_dimensions.Count];
        foreach (var (i, dimension) in _dimensions.Indexed())
        {
            var place = !Matters(dimension, values) ? 0.5
                : values.TryGetValue(dimension.Name, out var value) ? dimension.PlaceOf(value) : null;
            if (place is not { } found)
                return null;
            point[i] = found;
        }
        return point;
    }

    /// <summary>The defaults, as values by name.</summary>
    public IReadOnlyDictionary<string, object> Default
    {
        get
        {
            var values = new Dictionary<string, object>();
            foreach (var dimension in _dimensions.Where(dimension => Matters(dimension, values)))
                values[dimension.Name] = dimension.Default;
            return values;
        }
    }

    internal Dimension? Find(string name) => _indices.TryGetValue(name, out var index) ? _dimensions[index] : null;

    internal static bool Matters(Dimension dimension, IReadOnlyDictionary<string, object> values) => dimension.Parent is not { } parent
        || (values.TryGetValue(parent, out var value) && dimension.ParentChoices.Contains(Dimension.Text(value)));

    /// <summary>What is known of it in a study: a line a dimension.</summary>
    public override string ToString() => string.Join('\n', _dimensions);

    internal void MustNotBeEmpty()
    {
        if (_dimensions.Count == 0)
            throw new ArgumentException("The search space is empty; expected at least one dimension: Range or Choice, or a property with "
                + "[Range] or [Choice].");
    }

    internal SearchSpace AddRange(string name, double min, double max, bool logBase, double? defaultValue, bool isInteger)
    {
        if (!double.IsFinite(max - min) || min > max || (logBase && min <= 0))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"'{name}' ranges from {min} to {max}"
                + $"{(logBase ? ", logarithmic" : "")}; expected finite numbers, the first no greater than the second"
                + $"{(logBase ? ", both above 0" : "")}."), nameof(min));
        var dimension = new Dimension(name) { Min = min, Max = max, LogBase = logBase, IsInteger = isInteger };
        var first = defaultValue is { } given ? isInteger ? (object)(int)given : given : dimension.At(0.5);
        if (dimension.PlaceOf(first) is null)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The default of '{name}' is {first}; expected a value from {min} to {max}."), nameof(defaultValue));
        return Add(dimension with { Default = first });
    }

    internal SearchSpace AddChoice(string name, IReadOnlyList<(string Name, object? Value)> choices, string? defaultName)
    {
        string[] names = [.. choices.Select(choice => choice.Name)];
        if (names.Length == 0)
            throw new ArgumentException($"'{name}' has no choices; expected at least one.", nameof(choices));
        if (names.GroupBy(one => one).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"'{name}' has the choice '{twice.Key}' twice; expected different names.", nameof(choices));
        if (defaultName is not null && !names.Contains(defaultName))
            throw new ArgumentException($"The default of '{name}' is '{defaultName}'; expected one of {Listed(names)}.");
        return Add(new(name) { Max = names.Length - 1, Choices = names, Objects = [.. choices.Select(choice => choice.Value)],
            Default = defaultName ?? names[0] });
    }

    private SearchSpace Add(Dimension dimension)
    {
        if (string.IsNullOrEmpty(dimension.Name) || !_indices.TryAdd(dimension.Name, _dimensions.Count))
            throw new ArgumentException($"A dimension is called '{dimension.Name}'; expected a name that no other one has.");
        _dimensions.Add(dimension);
        return this;
    }

    private double CountFrom(int index, Dictionary<string, object> values)
    {
        if (index == _dimensions.Count)
            return 1;
        var dimension = _dimensions[index];
        if (!Matters(dimension, values))
            return CountFrom(index + 1, values);
        if (!_dimensions.Any(other => other.Parent == dimension.Name))
            return dimension.Count * CountFrom(index + 1, values);
        var sum = 0.0;
        foreach (var choice in dimension.Choices)
            sum += CountFrom(index + 1, new(values) { [dimension.Name] = choice });
        return sum;
    }

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } text ? text : "(none)";
}
