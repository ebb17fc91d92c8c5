using System.Globalization;
using System.Reflection;

namespace MLSeqGraph.Experiments;

/// <summary>Reads the attributes of a class of options, and fills objects of it.</summary>
internal static class AnnotatedOptions
{
    internal static SearchSpace AddTo(SearchSpace space, object options, string prefix)
    {
        var before = space.Dimensions.Count;
        foreach (var property in Properties(options))
        {
            var name = prefix + property.Name;
            if (property.IsDefined(typeof(NestOptionAttribute)))
                AddTo(space, Nested(options, property), name + ".");
            else if (property.GetCustomAttribute<RangeAttribute>() is { } range)
                AddRange(space, options, property, range, name);
            else if (property.GetCustomAttribute<ChoiceAttribute>() is { } choice)
                AddChoice(space, options, property, choice, name);
            else
                continue;
            if (property.GetCustomAttribute<WhenAttribute>() is { } when)
                space.When(prefix + when.Property, when.Values);
        }
        return space.Dimensions.Count > before ? space : throw new ArgumentException($"No property of {options.GetType().Name} is "
            + "searched: the search space is empty; expected some that can be set and have [Range] or [Choice].");
    }

    internal static void Fill(object options, IReadOnlyDictionary<string, object> values, SearchSpace space, string prefix)
    {
        foreach (var property in Properties(options))
            if (property.IsDefined(typeof(NestOptionAttribute)))
                Fill(Nested(options, property), values, space, prefix + property.Name + ".");
            else if (values.TryGetValue(prefix + property.Name, out var value))
            {
                var dimension = space.Find(prefix + property.Name)!;
                if (dimension.IsChoice)
                    value = dimension.Objects[dimension.Choices.ToList().IndexOf(Dimension.Text(value))];
                property.SetValue(options, Converted(value, property.PropertyType));
            }
    }

    internal static object? Converted(object? value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return value is null || type.IsInstanceOfType(value) ? value
            : type.IsEnum ? value is string name ? Enum.Parse(type, name) : Enum.ToObject(type, value)
            : Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
    }

    private static IEnumerable<PropertyInfo> Properties(object options) => options.GetType()
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetIndexParameters().Length == 0
            && (property.CanWrite || property.IsDefined(typeof(NestOptionAttribute))))
        .OrderBy(property => property.MetadataToken);

    private static object Nested(object options, PropertyInfo property) => property.GetValue(options)
        ?? throw new ArgumentException($"{options.GetType().Name}.{property.Name} is null; "
            + "expected an object whose properties are searched.");

    private static void AddRange(SearchSpace space, object options, PropertyInfo property, RangeAttribute range, string name)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var isInteger = type == typeof(int) || type == typeof(long) || type == typeof(short) || type == typeof(byte);
        if (!isInteger && type != typeof(float) && type != typeof(double))
            throw new ArgumentException($"[Range] stands on {options.GetType().Name}.{property.Name}, a {type.Name}; expected a number.");
        if (isInteger && (range.Min != Math.Floor(range.Min) || range.Max != Math.Floor(range.Max)))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{options.GetType().Name}.{property.Name} is whole and "
                + $"ranges from {range.Min} to {range.Max}; expected whole numbers."));
        // A Single's digits, not those of the nearest Double.
        double? first = property.GetValue(options) is { } value
            ? double.Parse(Dimension.Text(value), CultureInfo.InvariantCulture) : null;
        space.AddRange(name, range.Min, range.Max, range.LogBase, first, isInteger);
    }

    private static void AddChoice(SearchSpace space, object options, PropertyInfo property, ChoiceAttribute choice, string name)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        object[] values = choice.Choices.Length > 0 ? choice.Choices
            : type == typeof(bool) ? [false, true] : type.IsEnum ? [.. Enum.GetValues(type).Cast<object>()]
            : throw new ArgumentException($"[Choice] stands without values on {options.GetType().Name}.{property.Name}, a {type.Name}; "
                + "expected values, or an enumeration or a Boolean.");
        try
        {
            values = [.. values.Select(value => Converted(value, type)!)];
        }
        catch (Exception error) when (error is InvalidCastException or FormatException or OverflowException or ArgumentException)
        {
            throw new ArgumentException($"A value of [Choice] on {options.GetType().Name}.{property.Name} is no {type.Name}: "
                + error.Message, error);
        }
        var first = Dimension.Text(property.GetValue(options));
        string[] names = [.. values.Select(Dimension.Text)];
        space.AddChoice(name, [.. names.Zip(values)], names.Contains(first) ? first : null);
    }
}
