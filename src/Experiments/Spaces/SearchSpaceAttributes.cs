namespace MLSeqGraph.Experiments;

/// <summary>A property of a class of options that is searched: a number of a range, whole where the property is.</summary>
/// <param name="min">The least.</param>
/// <param name="max">The greatest; it is in the range.</param>
/// <param name="logBase">Whether its logarithm is spread evenly.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeAttribute(double min, double max, bool logBase = false) : Attribute
{
    /// <summary>The least.</summary>
    public double Min => min;

    /// <summary>The greatest.</summary>
    public double Max => max;

    /// <summary>Whether its logarithm is spread evenly.</summary>
    public bool LogBase => logBase;
}

/// <summary>A property of a class of options that is searched: one of a few values.</summary>
/// <param name="choices">The values; none for all of an enumeration or a Boolean.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ChoiceAttribute(params object[] choices) : Attribute
{
    /// <summary>The values; none for all of an enumeration or a Boolean.</summary>
    public object[] Choices => choices;
}

/// <summary>A property that matters only with some values of another, which is declared before it and has a
/// <see cref="ChoiceAttribute"/>.</summary>
/// <param name="property">The name of the other property.</param>
/// <param name="values">Its values.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WhenAttribute(string property, params object[] values) : Attribute
{
    /// <summary>The name of the other property.</summary>
    public string Property => property;

    /// <summary>Its values.</summary>
    public object[] Values => values;
}

/// <summary>A property whose own properties are searched: the dimension <c>Optimizer.Rate</c> is <c>Rate</c> of <c>Optimizer</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NestOptionAttribute : Attribute;
