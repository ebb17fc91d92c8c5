using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>The public and protected surface of types as text: one line for a type, one for each member it declares.</summary>
internal static class ApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(void)] = "void",
    };

    /// <summary>Namespace, kind, name, bases and constraints.</summary>
    public static string OfType(Type type)
    {
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            string signature = $"{Name(invoke.ReturnType)} {Name(type)}({Parameters(invoke)})";
            return $"{type.Namespace}: delegate {signature}{Constraints(type.GetGenericArguments())}";
        }

        string bases = type.IsEnum || (type.IsAbstract && type.IsSealed) ? "" : string.Join(", ", Bases(type));
        return $"{type.Namespace}: {Kind(type)} {Name(type)}{(bases == "" ? "" : " : " + bases)}{Constraints(type.GetGenericArguments())}";
    }

    /// <summary>The members that the type itself declares.</summary>
    public static IEnumerable<string> OfMembers(Type type)
    {
        if (type.IsSubclassOf(typeof(Delegate)))
            return [];
        if (type.IsEnum)
            return type.GetFields().Where(field => field.IsLiteral).Select(value => $"{value.Name} = {value.GetRawConstantValue()}");
        return type.GetConstructors(Declared).Where(constructor => !constructor.IsStatic && IsVisible(constructor))
            .Select(constructor => $"{Access(constructor)} ctor({Parameters(constructor)})")
            .Concat(type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly).Select(OfField))
            .Concat(type.GetEvents(Declared).Where(happening => IsVisible(happening.AddMethod!)).Select(OfEvent))
            .Concat(type.GetProperties(Declared).Where(property => Accessors(property).Any()).Select(OfProperty))
            .Concat(type.GetMethods(Declared).Where(method => !method.IsSpecialName && IsVisible(method)).Select(OfMethod));
    }

    private static string OfMethod(MethodInfo method)
    {
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        string receiver = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        string constraints = method.IsGenericMethod && !IsOverride(method) ? Constraints(method.GetGenericArguments()) : "";
        return $"{Modifiers(method)}{Name(method.ReturnType)} {method.Name}{generic}({receiver}{Parameters(method)}){constraints}";
    }

    private static string OfProperty(PropertyInfo property)
    {
        ParameterInfo[] indices = property.GetIndexParameters();
        string name = indices.Length == 0 ? property.Name : $"this[{string.Join(", ", indices.Select(Parameter))}]";
        string accessors = string.Join(" ", Accessors(property).Select(accessor => accessor == property.GetMethod ? "get;" : "set;"));
        return $"{Modifiers(Accessors(property).First())}{Name(property.PropertyType)} {name} {{ {accessors} }}";
    }

    private static string OfEvent(EventInfo happening) =>
        $"{Modifiers(happening.AddMethod!)}event {Name(happening.EventHandlerType!)} {happening.Name}";

    private static string OfField(FieldInfo field)
    {
        string modifiers = field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
        return $"{(field.IsPublic ? "public" : "protected")} {modifiers}{Name(field.FieldType)} {field.Name}";
    }

    private static IEnumerable<MethodInfo> Accessors(PropertyInfo property) =>
        new[] { property.GetMethod, property.SetMethod }.OfType<MethodInfo>().Where(IsVisible);

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Access(MethodBase method) => method.IsPublic ? "public" : "protected";

    private static bool IsOverride(MethodInfo method) => method.GetBaseDefinition().DeclaringType != method.DeclaringType;

    // What can't be overridden any more, be it an interface's method or a sealed override, is listed without a modifier.
    private static string Modifiers(MethodInfo method)
    {
        string kind = method.IsStatic ? "static " : method.IsAbstract ? "abstract "
            : !method.IsVirtual || method.IsFinal ? "" : IsOverride(method) ? "override " : "virtual ";
        return $"{Access(method)} {kind}";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string prefix = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params "
            : parameter.IsOut ? "out "
            : parameter.ParameterType.IsByRef ? "ref " : "";
        Type type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        string value = parameter.HasDefaultValue ? $" = {Default(parameter.RawDefaultValue, type)}" : "";
        return $"{prefix}{Name(type)} {parameter.Name}{value}";
    }

    private static string Default(object? value, Type type) => value switch
    {
        null => Nullable.GetUnderlyingType(type) == null ? "null" : "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ when type.IsEnum => $"{Name(type)}.{Enum.GetName(type, value)}",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Kind(Type type)
    {
        if (type.IsEnum)
            return "enum";
        if (type.IsInterface)
            return "interface";
        if (type.IsValueType)
            return "struct";
        return (type.IsAbstract, type.IsSealed) switch
        {
            (true, true) => "static class",
            (true, false) => "abstract class",
            (false, true) => "sealed class",
            _ => "class",
        };
    }

    private static IEnumerable<string> Bases(Type type)
    {
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            yield return Name(parent);
        foreach (string contract in type.GetInterfaces().Where(contract => contract.IsVisible).Select(Name).Order(StringComparer.Ordinal))
            yield return contract;
    }

    private static string Constraints(Type[] parameters)
    {
        var text = "";
        foreach (Type parameter in parameters.Where(parameter => parameter.IsGenericParameter))
        {
            var constraints = new List<string>();
            if (parameter.GenericParameterAttributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
                constraints.Add("class");
            constraints.AddRange(parameter.GetGenericParameterConstraints().Select(Name));
            if (parameter.GenericParameterAttributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
                constraints.Add("new()");
            if (constraints.Count > 0)
                text += $" where {parameter.Name} : {string.Join(", ", constraints)}";
        }

        return text;
    }

    private static string Name(Type type)
    {
        if (Keywords.TryGetValue(type, out string? keyword))
            return keyword;
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (type.IsGenericParameter)
            return type.Name;
        return Nested(type, type.GetGenericArguments());
    }

    // A nested type carries its outer types' arguments in front of its own.
    private static string Nested(Type type, Type[] arguments)
    {
        int own = type.GetGenericArguments().Length, outer = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        string name = type.Name.Split('`')[0];
        if (own > outer)
            name += $"<{string.Join(", ", arguments[outer..own].Select(Name))}>";
        return type.DeclaringType == null ? name : $"{Nested(type.DeclaringType, arguments)}.{name}";
    }
}
