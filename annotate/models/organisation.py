"""Who is here: organisations, sign-in accounts, tokens and one-time links."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, username: str, *, display_name: str = "", password: str | None = None
    ) -> "User":
        """Without a password the account can only be entered by a one-time link or a token."""
        user = self.model(username=username, display_name=display_name or username)
        user.set_password(password)
        user.save(using=self._db)
        return user


class Language(models.TextChoices):
    ENGLISH = "en"
    CHINESE = "zh-hans"


class Theme(models.TextChoices):
    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class User(AbstractBaseUser):
    """A sign-in account. What it may do is said by its memberships, never here."""

    username = models.CharField(max_length=150, unique=True)
    display_name = models.CharField(max_length=150)
    language = models.CharField(max_length=8, choices=Language, default=Language.ENGLISH)
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "username"
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return f"user {self.pk}"


class Organisation(models.Model):
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class OrganisationRole(models.TextChoices):
    OWNER = "owner"  # acts as a lead in every project of the organisation
    LEAD = "lead"  # may create projects
    MEMBER = "member"


class OrganisationMembership(models.Model):
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="organisation_memberships")
    role = models.CharField(max_length=6, choices=OrganisationRole)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "user"], name="one_role_a_user_in_an_organisation"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=OrganisationRole.values),
                name="organisation_role_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.organisation_id}"


class ApiToken(models.Model):
    """A key for scripts. Only its SHA-256 is stored; the key is shown once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    key_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    application_of = models.ForeignKey(
        "Project", models.PROTECT, null=True, related_name="+", db_index=False
    )
    """Such a key is an application's: it asks this project's model, and nothing else."""

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["user", "-id"], name="live_tokens", condition=Q(revoked_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"token {self.pk}"


class SignInAttempts(models.Model):
    """When somebody tried to sign in of late, by a hash of the address or person."""

    key = models.CharField(max_length=64, primary_key=True)
    times = ArrayField(models.DateTimeField())

    def __str__(self) -> str:
        return f"{len(self.times)} attempts"


class SignInLink(models.Model):
    """A link that signs its user in once, before it expires. Only the hash is stored."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_in_links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in link {self.pk}"
